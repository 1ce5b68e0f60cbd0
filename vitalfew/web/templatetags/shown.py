"""How values are shown on pages."""

from django import template

register = template.Library()
