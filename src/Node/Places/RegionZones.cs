using System.Collections.Frozen;

namespace OuiShare.Federation.Node.Places;

/// <summary>
/// The zone of the regions of those countries that lie in several zones and have many towns. Nearness says too little there: Denver is nearer to
/// Dallas than Chicago, and by its clock an hour off.
/// </summary>
/// <remarks>
/// Each region has the zone of most of its inhabitants, after zone1970.tab of the IANA database. In a few counties at the
/// borders of regions (El Paso, Pensacola) clocks follow the neighbours'.
/// </remarks>
internal static class RegionZones
{
    // Country, zone, regions as the gazetteer spells them.
    private static readonly (string Country, string Zone, string Regions)[] Table =
    [
        ("US", "America/New_York", "Connecticut;Delaware;District of Columbia;Florida;Georgia;Maine;Maryland;Massachusetts;New Hampshire;New Jersey;"
            + "New York;North Carolina;Ohio;Pennsylvania;Rhode Island;South Carolina;Vermont;Virginia;West Virginia"),
        ("US", "America/Detroit", "Michigan"),
        ("US", "America/Indiana/Indianapolis", "Indiana"),
        ("US", "America/Kentucky/Louisville", "Kentucky"),
        ("US", "America/Chicago", "Alabama;Arkansas;Illinois;Iowa;Kansas;Louisiana;Minnesota;Mississippi;Missouri;Nebraska;North Dakota;Oklahoma;"
            + "South Dakota;Tennessee;Texas;Wisconsin"),
        ("US", "America/Denver", "Colorado;Montana;New Mexico;Utah;Wyoming"),
        ("US", "America/Boise", "Idaho"),
        ("US", "America/Phoenix", "Arizona"),
        ("US", "America/Los_Angeles", "California;Nevada;Oregon;Washington"),
        ("US", "America/Anchorage", "Alaska"),
        ("US", "Pacific/Honolulu", "Hawaii"),
        ("CA", "America/St_Johns", "Newfoundland and Labrador"),
        ("CA", "America/Halifax", "Nova Scotia;Prince Edward Island"),
        ("CA", "America/Moncton", "New Brunswick"),
        ("CA", "America/Toronto", "Ontario;Quebec"),
        ("CA", "America/Winnipeg", "Manitoba"),
        ("CA", "America/Regina", "Saskatchewan"),
        ("CA", "America/Edmonton", "Alberta;Northwest Territories"),
        ("CA", "America/Vancouver", "British Columbia"),
        ("CA", "America/Whitehorse", "Yukon"),
        ("MX", "America/Cancun", "Quintana Roo"),
        ("MX", "America/Tijuana", "Baja California"),
        ("MX", "America/Hermosillo", "Sonora"),
        ("MX", "America/Mazatlan", "Baja California Sur;Nayarit;Sinaloa"),
        ("MX", "America/Merida", "Campeche;Yucatán"),
        ("MX", "America/Monterrey", "Coahuila;Durango;Nuevo León;Tamaulipas"),
        ("MX", "America/Chihuahua", "Chihuahua"),
        ("MX", "America/Mexico_City", "Aguascalientes;Chiapas;Colima;Guanajuato;Guerrero;Hidalgo;Jalisco;Mexico City;Michoacán;Morelos;México;Oaxaca;"
            + "Puebla;Querétaro;San Luis Potosí;Tabasco;Tlaxcala;Veracruz;Zacatecas"),
        ("BR", "America/Rio_Branco", "Acre"),
        ("BR", "America/Manaus", "Amazonas"),
        ("BR", "America/Boa_Vista", "Roraima"),
        ("BR", "America/Porto_Velho", "Rondônia"),
        ("BR", "America/Cuiaba", "Mato Grosso"),
        ("BR", "America/Campo_Grande", "Mato Grosso do Sul"),
        ("BR", "America/Belem", "Amapá;Pará"),
        ("BR", "America/Bahia", "Bahia"),
        ("BR", "America/Recife", "Pernambuco"),
        ("BR", "America/Maceio", "Alagoas;Sergipe"),
        ("BR", "America/Fortaleza", "Ceará;Maranhão;Paraíba;Piauí;Rio Grande do Norte"),
        ("BR", "America/Araguaina", "Tocantins"),
        ("BR", "America/Sao_Paulo", "Espírito Santo;Federal District;Goiás;Minas Gerais;Paraná;Rio Grande do Sul;Rio de Janeiro;Santa Catarina;São Paulo"),
        ("AU", "Australia/Sydney", "Australian Capital Territory;New South Wales"),
        ("AU", "Australia/Darwin", "Northern Territory"),
        ("AU", "Australia/Brisbane", "Queensland"),
        ("AU", "Australia/Adelaide", "South Australia"),
        ("AU", "Australia/Hobart", "Tasmania"),
        ("AU", "Australia/Melbourne", "Victoria"),
        ("AU", "Australia/Perth", "Western Australia"),
    ];

    private static readonly FrozenDictionary<(string Country, string Region), string> ByRegion = Table
        .SelectMany(row => row.Regions.Split(';').Select(region => KeyValuePair.Create((row.Country, region), row.Zone)))
        .ToFrozenDictionary();

    /// <summary>All that are listed, for the test that compares them with the gazetteer and the zones.</summary>
    internal static IReadOnlyDictionary<(string Country, string Region), string> All => ByRegion;

    /// <summary>The region's zone; null when it is not listed.</summary>
    public static string? Find(string country, string region) => ByRegion.GetValueOrDefault((country, region));
}
