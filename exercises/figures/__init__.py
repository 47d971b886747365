"""Animated figures of the exercises: poses as data, a skeleton, outlines and the drawn SVG files."""
