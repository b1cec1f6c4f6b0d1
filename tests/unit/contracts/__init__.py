"""What holds for every component and every stack file; each rule is shown to fail on a small wrong program."""
