import bpy

traits = bpy.context.scene.atelier.traits

traits.use_skin = False
traits.use_hair = False
traits.use_eye = False
traits.use_top = False
traits.use_bottom = False
traits.use_outfit = False
traits.use_outfit_seed = False
traits.use_hair_style = False
traits.use_presentation = False
traits.use_height = False
traits.use_build = False
traits.use_age = False
traits.use_weight = False
traits.use_muscle = False
traits.use_truncation = False
