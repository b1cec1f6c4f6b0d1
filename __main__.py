"""A team's Slurm platform on AWS: the stack file, the providers, then the platform."""

import asyncio
import gc
import importlib
import sys
from pathlib import Path

gc.disable()  # while hundreds of thousands of objects are imported, none of which is garbage

import pulumi

from components import aws_services

aws_services.import_by_use()

from components.site import site_of
from components.stack_file import settings_of_stack

# Pulumi's executor takes the folder off the path when this module has run, and more is imported after that.
sys.path.append(str(Path(__file__).resolve().parent))

site = site_of(settings_of_stack(), pulumi.get_stack())


async def main() -> None:
    """Importing the components takes longest: meanwhile the engine starts the plugins of the providers declared above."""
    platform = await asyncio.to_thread(importlib.import_module, "components.platform")
    for key, value in platform.declare(site).items():
        pulumi.export(key, value)
    gc.freeze()
    gc.enable()


pulumi.run(main)
