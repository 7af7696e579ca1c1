"""Layersmith."""
