// SPDX-License-Identifier: MIT-0 (no attribution needed)
// Import settings of this folder's textures and models. Assets of any other folder are left alone, and so are settings
// that were changed after the first import.

using System;
using System.Collections.Generic;
using System.IO;
using UnityEditor;
using UnityEngine;

namespace AtelierImport_000000
{
    public sealed class AtelierPostprocessor : AssetPostprocessor
    {
        private void OnPreprocessTexture()
        {
            ImportData data = ImportData.Of(assetPath);
            if (data != null && assetImporter.importSettingsMissing)
            {
                ImportSettings.Apply((TextureImporter)assetImporter, data);
            }
        }

        private void OnPreprocessModel()
        {
            ImportData data = ImportData.Of(assetPath);
            Model model = data == null ? null : data.ModelOf(assetPath);
            if (model == null)
            {
                return;
            }
            context.DependsOnSourceAsset(data.folder + "/" + ImportData.FileName);
            if (assetImporter.importSettingsMissing)
            {
                ImportSettings.Apply((ModelImporter)assetImporter, model);
            }
        }

        private void OnPreprocessAnimation()
        {
            ImportData data = ImportData.Of(assetPath);
            Model model = data == null ? null : data.ModelOf(assetPath);
            ModelImporter importer = (ModelImporter)assetImporter;
            if (model != null && model.clips.Length > 0 && importer.clipAnimations.Length == 0)
            {
                importer.clipAnimations = ImportSettings.Clips(importer.defaultClipAnimations, model);
            }
        }

        private void OnPostprocessModel(GameObject root)
        {
            ImportData data = ImportData.Of(assetPath);
            Model model = data == null ? null : data.ModelOf(assetPath);
            if (model != null)
            {
                ModelParts.MoveLightmap(root, model);
                ModelParts.MakeColliders(root);
                ModelParts.MakeLodGroups(root);
            }
        }

        private static void OnPostprocessAllAssets(
            string[] imported, string[] deleted, string[] moved, string[] movedFrom)
        {
            HashSet<string> folders = new HashSet<string>();
            foreach (string path in imported)
            {
                ImportData data = ImportData.Of(path);
                bool exported = data != null && (data.ModelOf(path) != null || path.EndsWith(".json"));
                if (exported && folders.Add(data.folder))
                {
                    SceneBuilder.Finish(data, false);
                }
            }
        }
    }

    public static class ImportSettings
    {
        public static void Apply(TextureImporter importer, ImportData data)
        {
            string file = Path.GetFileName(importer.assetPath);
            foreach (Surface surface in data.materials)
            {
                if (file == surface.normalMap)
                {
                    importer.textureType = TextureImporterType.NormalMap;
                }
                else if (file == surface.maskMap)
                {
                    importer.sRGBTexture = false;
                    importer.alphaSource = TextureImporterAlphaSource.FromInput;
                    importer.alphaIsTransparency = false;
                }
                else if (file == surface.baseMap || file == surface.emissionMap)
                {
                    importer.sRGBTexture = true;
                    importer.alphaIsTransparency = surface.alphaMode != "opaque";
                }
            }
        }

        /// <summary>The files are in meters, with Y up and no turn on their roots: nothing is left to convert.</summary>
        public static void Apply(ModelImporter importer, Model model)
        {
            importer.globalScale = 1f;
            importer.useFileScale = true;
            importer.bakeAxisConversion = false;
            importer.importCameras = model.scene;
            importer.importLights = model.scene;
            importer.addCollider = false;
            importer.generateSecondaryUV = !model.skeletal && !model.lightmapUv;
            importer.importNormals = ModelImporterNormals.Import;
            importer.importTangents = ModelImporterTangents.CalculateMikk;
            importer.materialImportMode = ModelImporterMaterialImportMode.ImportViaMaterialDescription;
            importer.importBlendShapes = true;
            importer.importAnimation = model.clips.Length > 0;
            importer.animationType =
                model.skeletal ? ModelImporterAnimationType.Generic : ModelImporterAnimationType.None;
            if (model.skeletal)
            {
                importer.optimizeGameObjects = false;
                importer.avatarSetup = ModelImporterAvatarSetup.CreateFromThisModel;
            }
        }

        /// <summary>A humanoid avatar from this model, by the bones that the exporter names.</summary>
        public static void MakeHumanoid(ModelImporter importer, Model model, GameObject imported)
        {
            List<HumanBone> human = new List<HumanBone>();
            foreach (Bone bone in model.bones)
            {
                HumanLimit limit = new HumanLimit { useDefaultValues = true };
                human.Add(new HumanBone { humanName = bone.human, boneName = bone.bone, limit = limit });
            }
            List<SkeletonBone> skeleton = new List<SkeletonBone>();
            foreach (Transform part in imported.GetComponentsInChildren<Transform>(true))
            {
                skeleton.Add(new SkeletonBone
                {
                    name = part.name,
                    position = part.localPosition,
                    rotation = part.localRotation,
                    scale = part.localScale
                });
            }
            HumanDescription description = importer.humanDescription;
            description.human = human.ToArray();
            description.skeleton = skeleton.ToArray();
            importer.animationType = ModelImporterAnimationType.Human;
            importer.avatarSetup = ModelImporterAvatarSetup.CreateFromThisModel;
            importer.humanDescription = description;
        }

        /// <summary>The file's takes under their own names, looping where the exporter says so, feet on the ground.</summary>
        public static ModelImporterClipAnimation[] Clips(ModelImporterClipAnimation[] takes, Model model)
        {
            foreach (ModelImporterClipAnimation take in takes)
            {
                string name = take.takeName.Substring(take.takeName.LastIndexOf('|') + 1);
                Clip clip = Array.Find(model.clips, one => one.name == name);
                take.name = name;
                take.loopTime = clip != null && clip.loop;
                take.keepOriginalOrientation = true;
                take.keepOriginalPositionXZ = true;
                take.keepOriginalPositionY = true;
            }
            return takes;
        }
    }
}
