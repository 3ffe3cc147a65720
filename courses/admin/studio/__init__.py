"""Pages for one task each of those who write a course, beside the lists of records.

One file is one page; `pages.PAGES` lists them with their addresses. The templates stand in
`templates/admin/cx_courses/studio/` and extend its `base.html`.
"""
