"""Mozilla's HTTP Observatory, run on a BackCare of its own on this machine."""
