"""Motion of a skeleton: poses, clips and how they fit a body, feet on the ground, paths across a floor, gait."""
