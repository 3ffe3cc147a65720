"""A learning platform for tests, written from the specifications of 1EdTech alone.

It shares no code with the courses and signs with another library (joserfc), so that both cannot
be wrong in the same way. `tests/lti/test_platform.py` drives other people's tools against it.
"""
