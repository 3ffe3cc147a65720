"""What stands around a task page."""

from django.contrib.admin import AdminSite

from courses.admin.studio.frame import site_context


def test_list_of_models_is_made_once_it_is_used(rf):
    class Site(AdminSite):
        site_title = "Ours"
        made = 0

        def get_app_list(self, request, app_label=None):
            self.made += 1
            return [{"name": app_label or "An app"}]

        def each_context(self, request):
            one = self.get_app_list(request, app_label="One of them")
            return {**super().each_context(request), "one": one}

        def has_permission(self, request):
            return True

    site = Site()
    context = site_context(site, rf.get("/"))

    assert (context["site_title"], site.made) == ("Ours", 0)
    assert [one["name"] for one in context["available_apps"]] == ["An app"]
    assert [one["name"] for one in context["one"]] == ["One of them"]
    assert site.get_app_list(None) == context["available_apps"]
