"""The face networks of MediaPipe, converted from TensorFlow Lite."""
