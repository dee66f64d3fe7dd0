namespace OuiShare.Federation.Node.Places;

/// <summary>Distances on the ground.</summary>
public static class Earth
{
    // IUGG mean radius; the sphere is wrong by at most 0.6 %, far less than a city is wide.
    private const double RadiusKm = 6371.0088;

    /// <summary>Great-circle distance in kilometres between two points in degrees (haversine formula).</summary>
    public static double DistanceKm(double latitude, double longitude, double otherLatitude, double otherLongitude)
    {
        var north = double.DegreesToRadians(otherLatitude - latitude) / 2;
        var east = double.DegreesToRadians(otherLongitude - longitude) / 2;
        var chord = Math.Pow(Math.Sin(north), 2)
            + Math.Cos(double.DegreesToRadians(latitude)) * Math.Cos(double.DegreesToRadians(otherLatitude)) * Math.Pow(Math.Sin(east), 2);
        return 2 * RadiusKm * Math.Asin(Math.Min(1, Math.Sqrt(chord)));
    }
}
