// Prints where the import script puts a matrix: position, rotation (x y z w) and scale. Arguments: 16 numbers by rows.

using System;
using System.Globalization;
using UnityEngine;
using AtelierImport_000000;

public static class PlacementMain
{
    public static void Main(string[] words)
    {
        float[] matrix = Array.ConvertAll(words, word => float.Parse(word, CultureInfo.InvariantCulture));
        Vector3 position = Axes.Position(matrix);
        Quaternion turn = Axes.Rotation(matrix);
        Vector3 scale = Axes.Scale(matrix);
        float[] values =
        {
            position.x, position.y, position.z, turn.x, turn.y, turn.z, turn.w, scale.x, scale.y, scale.z,
        };
        foreach (float value in values)
        {
            Console.WriteLine(value.ToString("R", CultureInfo.InvariantCulture));
        }
    }
}
