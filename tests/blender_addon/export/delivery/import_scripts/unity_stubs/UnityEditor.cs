// The part of UnityEditor that the import scripts use, by Unity 2021.3's scripting reference.

using System;
using UnityEngine;

namespace UnityEditor
{
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class MenuItem : Attribute { public MenuItem(string itemName) { } }

    public class AssetImporter : UnityEngine.Object
    {
        public struct SourceAssetIdentifier { public SourceAssetIdentifier(Type type, string name) { } }

        public string assetPath { get { return ""; } }
        public bool importSettingsMissing { get { return false; } }
        public string userData { get; set; }
        public void AddRemap(SourceAssetIdentifier identifier, UnityEngine.Object externalObject) { }
        public bool RemoveRemap(SourceAssetIdentifier identifier) { return true; }
        public void SaveAndReimport() { }
        public static AssetImporter GetAtPath(string path) { return null; }
    }

    public enum TextureImporterType { Default = 0, NormalMap = 1 }
    public enum TextureImporterAlphaSource { None, FromInput, FromGrayScale }

    public class TextureImporter : AssetImporter
    {
        public TextureImporterType textureType { get; set; }
        public TextureImporterAlphaSource alphaSource { get; set; }
        public bool sRGBTexture { get; set; }
        public bool alphaIsTransparency { get; set; }
    }

    public enum ModelImporterNormals { Import, Calculate, None }
    public enum ModelImporterTangents { Import, CalculateLegacy, CalculateLegacyWithSplitTangents, CalculateMikk, None }
    public enum ModelImporterMaterialImportMode { None, ImportStandard, ImportViaMaterialDescription }
    public enum ModelImporterAnimationType { None, Legacy, Generic, Human }
    public enum ModelImporterAvatarSetup { NoAvatar, CreateFromThisModel, CopyFromOther }

    public class ModelImporterClipAnimation
    {
        public string name { get; set; }
        public string takeName { get; set; }
        public bool loopTime { get; set; }
        public bool keepOriginalOrientation { get; set; }
        public bool keepOriginalPositionXZ { get; set; }
        public bool keepOriginalPositionY { get; set; }
    }

    public class ModelImporter : AssetImporter
    {
        public float globalScale { get; set; }
        public bool useFileScale { get; set; }
        public bool bakeAxisConversion { get; set; }
        public bool importCameras { get; set; }
        public bool importLights { get; set; }
        public bool addCollider { get; set; }
        public bool generateSecondaryUV { get; set; }
        public bool importBlendShapes { get; set; }
        public bool importAnimation { get; set; }
        public bool isReadable { get; set; }
        public bool optimizeGameObjects { get; set; }
        public ModelImporterNormals importNormals { get; set; }
        public ModelImporterTangents importTangents { get; set; }
        public ModelImporterMaterialImportMode materialImportMode { get; set; }
        public ModelImporterAnimationType animationType { get; set; }
        public ModelImporterAvatarSetup avatarSetup { get; set; }
        public HumanDescription humanDescription { get; set; }
        public ModelImporterClipAnimation[] clipAnimations { get; set; }
        public ModelImporterClipAnimation[] defaultClipAnimations { get { return null; } }
    }

    public class AssetPostprocessor
    {
        public string assetPath { get; set; }
        public AssetImporter assetImporter { get { return null; } }
        public UnityEditor.AssetImporters.AssetImportContext context { get { return null; } }
    }

    public static class AssetDatabase
    {
        public static bool IsValidFolder(string path) { return true; }
        public static string CreateFolder(string parentFolder, string newFolderName) { return ""; }
        public static T LoadAssetAtPath<T>(string assetPath) where T : UnityEngine.Object { return null; }
        public static void CreateAsset(UnityEngine.Object asset, string path) { }
        public static string[] FindAssets(string filter) { return null; }
        public static string[] FindAssets(string filter, string[] searchInFolders) { return null; }
        public static string GUIDToAssetPath(string guid) { return ""; }
        public static void SaveAssets() { }
    }

    public static class EditorUtility { public static void SetDirty(UnityEngine.Object target) { } }

    public static class PrefabUtility
    {
        public static UnityEngine.Object InstantiatePrefab(UnityEngine.Object target) { return null; }
        public static UnityEngine.Object InstantiatePrefab(UnityEngine.Object target, Transform parent) { return null; }
        public static GameObject SaveAsPrefabAsset(GameObject instanceRoot, string assetPath) { return null; }
    }

    public static class Undo
    {
        public static void RegisterCreatedObjectUndo(UnityEngine.Object objectToUndo, string name) { }
    }

    public static class Selection { public static GameObject activeGameObject { get; set; } }

    [Flags]
    public enum StaticEditorFlags
    {
        ContributeGI = 1, OccluderStatic = 2, OccludeeStatic = 16, BatchingStatic = 4, ReflectionProbeStatic = 32
    }

    public static class GameObjectUtility
    {
        public static void SetStaticEditorFlags(GameObject go, StaticEditorFlags flags) { }
    }
}

namespace UnityEditor.AssetImporters
{
    public class AssetImportContext { public void DependsOnSourceAsset(string path) { } }
}
