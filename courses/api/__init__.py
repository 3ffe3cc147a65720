"""The REST API. Imported only where Django REST framework and drf-spectacular are installed."""
