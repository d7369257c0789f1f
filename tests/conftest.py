"""Plugins of the whole test run."""

pytest_plugins = ["tests.support.opa", "tests.support.same_answer"]
