"""LTI 1.3: the courses inside of a learning platform. Optional; needs `cx-course[lti]`."""
