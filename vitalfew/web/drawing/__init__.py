"""Charts as SVG strings built from numbers only: no styles, no scripts, colours by class so that both themes fit."""
