"""The learner pages in a platform's page: opened by a code, in a frame, without other cookies."""
