# Aliases; everything they do is in start.py.
.PHONY: run test quick proofs api-docs lock sbom

run:
	python3 start.py

test:
	python3 start.py test

quick:
	python3 start.py test --quick

proofs:
	python3 start.py test --proofs

# Writes the API's examples, its recorded answers and docs/api/openapi.yaml, then tests all three.
PYTEST = .venv/bin/python -m pytest -q -p no:randomly --nomigrations
api-docs:
	COURSES_WRITE_EXAMPLES=1 $(PYTEST) tests/api/judges/test_story.py -k "just_so or recorded"
	COURSES_WRITE_SCHEMA=1 $(PYTEST) tests/api/test_schema.py tests/api/judges/test_examples.py

# Needs uv. Ranges live in pyproject.toml; these two files pin them for every platform.
LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile pyproject.toml --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --quiet
# Other people's software, for tests alone; each file is an environment of its own.
JUDGES = UV_CUSTOM_COMPILE_COMMAND="make lock" uv pip compile --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --quiet
lock:
	$(LOCK) --extra site --extra lti --output-file requirements.txt
	$(LOCK) --extra site --extra lti --group dev --constraint requirements.txt --output-file requirements-dev.txt
	$(JUDGES) tests/lti/judges/platforms.in --output-file tests/lti/judges/platforms.txt
	$(JUDGES) tests/lti/judges/registering.in --output-file tests/lti/judges/registering.txt
	$(JUDGES) tests/domain/judges/pdf.in --output-file tests/domain/judges/pdf.txt
	$(JUDGES) tests/web/judges/calendar.in --output-file tests/web/judges/calendar.txt

# Needs uv. A CycloneDX list of the packages that a site runs on, with their hashes.
sbom:
	uv tool run --from 'cyclonedx-bom>=7.3,<8' cyclonedx-py requirements requirements.txt \
		--pyproject pyproject.toml --output-reproducible --of JSON --output-file var/sbom.cdx.json
