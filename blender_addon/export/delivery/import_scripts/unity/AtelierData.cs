// SPDX-License-Identifier: MIT-0 (no attribution needed)
// What the exporter says about this folder (atelier_import.json), and Blender's axes in Unity's.

using System;
using System.IO;
using UnityEngine;

namespace AtelierImport_000000
{
    [Serializable]
    public class Bone
    {
        public string human = "";
        public string bone = "";
    }

    [Serializable]
    public class Clip
    {
        public string name = "";
        public bool loop;
    }

    [Serializable]
    public class Model
    {
        public string asset = "";
        public string file = "";
        public bool skeletal;
        public bool scene;
        public bool lightmapUv;
        public int lightmapChannel = 1;
        public string[] materials = new string[0];
        public Bone[] bones = new Bone[0];
        public Clip[] clips = new Clip[0];
    }

    /// <summary>Colours are linear; an empty texture name means a constant.</summary>
    [Serializable]
    public class Surface
    {
        public string name = "";
        public float[] baseColor = { 0.8f, 0.8f, 0.8f };
        public float alpha = 1f;
        public float metallic;
        public float roughness = 0.5f;
        public float[] emission = { 0f, 0f, 0f };
        public string alphaMode = "opaque";
        public float alphaCutoff = 0.5f;
        public bool doubleSided;
        public string baseMap = "";
        public string normalMap = "";
        public string maskMap = "";
        public string emissionMap = "";
    }

    /// <summary>One placed object; the matrix is Blender's: 16 numbers by rows, meters, Z up.</summary>
    [Serializable]
    public class Instance
    {
        public string asset = "";
        public string name = "";
        public string label = "";
        public float[] matrix = new float[16];
    }

    [Serializable]
    public class Manifest
    {
        public string generator = "";
    }

    [Serializable]
    public class ImportData
    {
        /// <summary>One id for each export, so that the scripts of two exports live in one project.</summary>
        public const string Id = "000000";

        public const string FileName = "atelier_import.json";
        private const string Generator = "avatar-atelier";

        public string id = "";
        public Model[] models = new Model[0];
        public Surface[] materials = new Surface[0];
        public Instance[] instances = new Instance[0];

        [NonSerialized] public string folder = "";

        /// <summary>The export that an asset belongs to; null for every asset that is none of this export's.</summary>
        public static ImportData Of(string assetPath)
        {
            return In((Path.GetDirectoryName(assetPath) ?? "").Replace('\\', '/'));
        }

        public static ImportData In(string folder)
        {
            string manifest = folder + "/manifest.json";
            string path = folder + "/" + FileName;
            if (!File.Exists(path) || !File.Exists(manifest))
            {
                return null;
            }
            ImportData data = JsonUtility.FromJson<ImportData>(File.ReadAllText(path));
            if (data.id != Id || JsonUtility.FromJson<Manifest>(File.ReadAllText(manifest)).generator != Generator)
            {
                return null;
            }
            data.folder = folder;
            return data;
        }

        public Model ModelOf(string assetPath)
        {
            string file = Path.GetFileName(assetPath);
            return Array.Find(models, model => model.file == file);
        }
    }

    /// <summary>
    /// Blender is right-handed with Z up and the front at -Y; Unity is left-handed with Y up and the front at +Z.
    /// A point (x, y, z) becomes (-x, z, -y), which is what Unity makes of the models' vertices too.
    /// </summary>
    public static class Axes
    {
        public static Vector3 Position(float[] matrix)
        {
            return new Vector3(-matrix[3], matrix[11], -matrix[7]);
        }

        /// <summary>How much larger than its asset an object is along each axis.</summary>
        public static Vector3 Scale(float[] matrix)
        {
            return new Vector3(ColumnLength(matrix, 0), ColumnLength(matrix, 2), ColumnLength(matrix, 1));
        }

        /// <summary>The rotation of a matrix without shear.</summary>
        public static Quaternion Rotation(float[] matrix)
        {
            float[] turn = (float[])matrix.Clone();
            for (int column = 0; column < 3; column++)
            {
                float length = ColumnLength(matrix, column);
                for (int row = 0; row < 3 && length > 0f; row++)
                {
                    turn[4 * row + column] /= length;
                }
            }
            double[] q = Quaternions(turn);
            // The change of axes mirrors space, so that the axis of a rotation (x, y, z) becomes (x, -z, y).
            return new Quaternion((float)q[1], (float)-q[3], (float)q[2], (float)q[0]);
        }

        private static float ColumnLength(float[] m, int column)
        {
            return (float)Math.Sqrt(
                m[column] * m[column] + m[4 + column] * m[4 + column] + m[8 + column] * m[8 + column]);
        }

        /// <summary>w, x, y, z of a rotation matrix, by its largest component (Shepperd's method).</summary>
        private static double[] Quaternions(float[] m)
        {
            double trace = m[0] + m[5] + m[10];
            double[] squares = { trace, m[0], m[5], m[10] };
            int largest = 0;
            for (int index = 1; index < 4; index++)
            {
                if (squares[index] > squares[largest])
                {
                    largest = index;
                }
            }
            double[] q;
            switch (largest)
            {
                case 0:
                    q = new double[] { 1 + trace, m[9] - m[6], m[2] - m[8], m[4] - m[1] };
                    break;
                case 1:
                    q = new double[] { m[9] - m[6], 1 + 2 * m[0] - trace, m[1] + m[4], m[2] + m[8] };
                    break;
                case 2:
                    q = new double[] { m[2] - m[8], m[1] + m[4], 1 + 2 * m[5] - trace, m[6] + m[9] };
                    break;
                default:
                    q = new double[] { m[4] - m[1], m[2] + m[8], m[6] + m[9], 1 + 2 * m[10] - trace };
                    break;
            }
            double length = Math.Sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
            for (int index = 0; index < 4; index++)
            {
                q[index] /= length;
            }
            return q;
        }
    }
}
