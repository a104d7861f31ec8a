"""Settings of the whole test run."""

from hypothesis import HealthCheck, settings

# Time is measured by `make bench`, never asserted: a busy machine must not fail a test.
settings.register_profile("nextstep", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("nextstep")
