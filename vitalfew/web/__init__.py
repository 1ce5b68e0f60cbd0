"""The pages: one module and one folder of templates per step."""
