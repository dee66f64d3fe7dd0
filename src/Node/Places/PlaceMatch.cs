namespace OuiShare.Federation.Node.Places;

/// <summary>A town or city that the gazetteer knows.</summary>
/// <param name="Name">Its name, in Latin letters, as its inhabitants write it where that is known: "Roma", "København".</param>
/// <param name="Region">The first division of its country, such as "Texas"; empty when unknown.</param>
/// <param name="Country">ISO 3166-1 alpha-2 code in capitals.</param>
/// <param name="Latitude">Degrees north of its centre, WGS 84.</param>
/// <param name="Longitude">Degrees east of its centre, WGS 84.</param>
/// <param name="Population">Inhabitants as GeoNames last counted; 0 when unknown.</param>
public sealed record PlaceMatch(string Name, string Region, string Country, double Latitude, double Longitude, long Population);
