namespace OuiShare.Federation.Search.Storage;

/// <summary>A point on the earth as a unit vector.</summary>
/// <remarks>
/// Two points are within a distance exactly when the straight line between them is short enough, which is three multiplications
/// in SQL and knows neither a 180th meridian nor poles. The haversine formula is the same chord, computed from angles.
/// </remarks>
internal readonly record struct SpherePoint(double X, double Y, double Z)
{
    // Mean radius R1 of the International Union of Geodesy and Geophysics.
    private const double EarthKm = 6_371.0088;

    /// <summary>The vector of a point; null when a coordinate is no number or out of range.</summary>
    public static SpherePoint? From(SearchPoint? point)
    {
        if (point is not { Latitude: >= -90 and <= 90, Longitude: >= -180 and <= 180 } known)
            return null;
        var (sinLatitude, cosLatitude) = Math.SinCos(double.DegreesToRadians(known.Latitude));
        var (sinLongitude, cosLongitude) = Math.SinCos(double.DegreesToRadians(known.Longitude));
        return new(cosLatitude * cosLongitude, cosLatitude * sinLongitude, sinLatitude);
    }

    /// <summary>Kilometres along the surface.</summary>
    public double KmTo(SpherePoint other)
    {
        var (x, y, z) = (X - other.X, Y - other.Y, Z - other.Z);
        return 2 * EarthKm * Math.Asin(Math.Min(1, Math.Sqrt(x * x + y * y + z * z) / 2));
    }

    /// <summary>The square of the straight line between two points that are this far apart along the surface, in earth radii.</summary>
    public static double SquaredChord(double km)
    {
        var chord = 2 * Math.Sin(Math.Clamp(km / EarthKm, 0, Math.PI) / 2);
        return chord * chord;
    }
}
