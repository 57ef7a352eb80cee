"""Asset libraries: labeling what a file offers, making assets of models, finding assets again."""
