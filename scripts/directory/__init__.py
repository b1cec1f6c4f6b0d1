"""The directory tool: makes the people of a declared list exist in an Active Directory, and proves it."""
