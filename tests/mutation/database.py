"""The test database of mutants: made by the first run of the tests, then used by all of them."""

import pytest

_made = []


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest) -> None:
    """Make the tables once; a mutant is a fork of the process that has done so."""
    if not _made:
        request.getfixturevalue("django_db_setup")
        _made.append(True)
