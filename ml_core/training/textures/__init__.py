"""Training of the texture GAN, its distillation and its export."""
