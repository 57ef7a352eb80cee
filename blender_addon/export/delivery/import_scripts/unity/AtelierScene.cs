// SPDX-License-Identifier: MIT-0 (no attribution needed)
// The last step of an import (materials on models, humanoid avatars, a prefab of the whole scene) and the menu.

using System.Collections.Generic;
using UnityEditor;
using UnityEngine;

namespace AtelierImport_000000
{
    public static class SceneBuilder
    {
        private const string PrefabName = "/Scene.prefab";
        private const string Mark = "atelier " + ImportData.Id;
        private static bool working;

        [MenuItem("Atelier/Place Scene " + ImportData.Id)]
        public static void PlaceScene()
        {
            foreach (ImportData data in Exports())
            {
                Finish(data, false);
                BuildPrefab(data);
                GameObject prefab = AssetDatabase.LoadAssetAtPath<GameObject>(data.folder + PrefabName);
                GameObject placed = (GameObject)PrefabUtility.InstantiatePrefab(prefab);
                Undo.RegisterCreatedObjectUndo(placed, "Place Scene");
                Selection.activeGameObject = placed;
            }
        }

        [MenuItem("Atelier/Reset Import Settings " + ImportData.Id)]
        public static void ResetImportSettings()
        {
            foreach (ImportData data in Exports())
            {
                foreach (string path in AssetDatabase.FindAssets("t:Texture", new[] { data.folder }))
                {
                    TextureImporter importer =
                        AssetImporter.GetAtPath(AssetDatabase.GUIDToAssetPath(path)) as TextureImporter;
                    if (importer != null)
                    {
                        ImportSettings.Apply(importer, data);
                        importer.SaveAndReimport();
                    }
                }
                Finish(data, true);
            }
        }

        private static List<ImportData> Exports()
        {
            List<ImportData> found = new List<ImportData>();
            foreach (string guid in AssetDatabase.FindAssets("atelier_import t:TextAsset"))
            {
                ImportData data = ImportData.Of(AssetDatabase.GUIDToAssetPath(guid));
                if (data != null)
                {
                    found.Add(data);
                }
            }
            if (found.Count == 0)
            {
                Debug.LogError("Atelier: the folder of export " + ImportData.Id + " is not in this project.");
            }
            return found;
        }

        /// <summary>What needs the imported textures and models. Does nothing where it was done before.</summary>
        public static void Finish(ImportData data, bool renew)
        {
            if (working)
            {
                return;
            }
            working = true;
            try
            {
                Dictionary<string, Material> materials = MaterialBuilder.Build(data, renew);
                foreach (Model model in data.models)
                {
                    FinishModel(data, model, materials, renew);
                }
                if (AssetDatabase.LoadAssetAtPath<GameObject>(data.folder + PrefabName) == null)
                {
                    BuildPrefab(data);
                }
                AssetDatabase.SaveAssets();
            }
            finally
            {
                working = false;
            }
        }

        private static void FinishModel(
            ImportData data, Model model, Dictionary<string, Material> materials, bool renew)
        {
            string path = data.folder + "/" + model.file;
            ModelImporter importer = AssetImporter.GetAtPath(path) as ModelImporter;
            GameObject imported = AssetDatabase.LoadAssetAtPath<GameObject>(path);
            if (importer == null || imported == null)
            {
                Debug.LogWarning("Atelier: " + path + " is not imported.");
                return;
            }
            if (importer.userData == Mark && !renew)
            {
                return;
            }
            ImportSettings.Apply(importer, model);
            foreach (string name in model.materials)
            {
                Material material;
                if (materials.TryGetValue(name, out material))
                {
                    AssetImporter.SourceAssetIdentifier slot =
                        new AssetImporter.SourceAssetIdentifier(typeof(Material), name);
                    importer.RemoveRemap(slot);
                    importer.AddRemap(slot, material);
                }
            }
            if (model.bones.Length > 0)
            {
                ImportSettings.MakeHumanoid(importer, model, imported);
            }
            importer.userData = Mark;
            importer.SaveAndReimport();
        }

        private static void BuildPrefab(ImportData data)
        {
            GameObject scene = new GameObject("Atelier Scene");
            try
            {
                foreach (Instance instance in data.instances)
                {
                    Place(data, instance, scene.transform);
                }
                PrefabUtility.SaveAsPrefabAsset(scene, data.folder + PrefabName);
            }
            finally
            {
                Object.DestroyImmediate(scene);
            }
        }

        private static void Place(ImportData data, Instance instance, Transform parent)
        {
            Model model = System.Array.Find(data.models, one => one.asset == instance.asset);
            GameObject asset = model == null
                ? null
                : AssetDatabase.LoadAssetAtPath<GameObject>(data.folder + "/" + model.file);
            if (asset == null)
            {
                Debug.LogWarning("Atelier: " + instance.asset + " is not imported; " + instance.name + " is left out.");
                return;
            }
            GameObject placed = (GameObject)PrefabUtility.InstantiatePrefab(asset, parent);
            placed.name = instance.name;
            placed.transform.localPosition = Axes.Position(instance.matrix);
            placed.transform.localRotation = Axes.Rotation(instance.matrix);
            placed.transform.localScale = Vector3.Scale(placed.transform.localScale, Axes.Scale(instance.matrix));
            if (!model.skeletal)
            {
                StaticEditorFlags flags = StaticEditorFlags.ContributeGI | StaticEditorFlags.BatchingStatic
                    | StaticEditorFlags.OccluderStatic | StaticEditorFlags.OccludeeStatic
                    | StaticEditorFlags.ReflectionProbeStatic;
                foreach (Transform part in placed.GetComponentsInChildren<Transform>(true))
                {
                    GameObjectUtility.SetStaticEditorFlags(part.gameObject, flags);
                }
            }
        }
    }
}
