"""Settings of all tests."""

import hypothesis

# A test says what is right, not how fast a machine must find out.
hypothesis.settings.register_profile("errorest", deadline=None)
hypothesis.settings.load_profile("errorest")
