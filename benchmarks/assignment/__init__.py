"""A simulation that compares the shipping costs of assignment policies."""

import os

import django

# The strategies import models, which need the settings; no database is read.
os.environ.setdefault("SECRET_KEY", "for benchmarks only")
os.environ.setdefault("ALLOWED_HOSTS", "localhost")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
django.setup()
