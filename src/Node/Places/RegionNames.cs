using System.Collections.Frozen;

namespace OuiShare.Federation.Node.Places;

/// <summary>
/// What people write for a state, a province or another region: "ME" and "Maine", "Bayern" and "Bavaria", "MI" in Italy for Lombardy. The
/// gazetteer knows each by one name.
/// </summary>
/// <remarks>Postal abbreviations (USPS, Canada Post, Australia Post, ISO 3166-2) and the regions' own names; of Italy and Spain the provinces, too.</remarks>
internal static class RegionNames
{
    // Country, region as the gazetteer spells it, what people write: one row each.
    private const string Table = """
        US Alabama=AL|Ala;Alaska=AK;Arizona=AZ|Ariz;Arkansas=AR|Ark;California=CA|Calif|Cal;Colorado=CO|Colo;Connecticut=CT|Conn;Delaware=DE|Del;District of Columbia=DC|D.C.|Washington DC;Florida=FL|Fla;Georgia=GA|Ga;Hawaii=HI|Hawai'i;Idaho=ID;Illinois=IL|Ill;Indiana=IN|Ind;Iowa=IA;Kansas=KS|Kan;Kentucky=KY|Ky;Louisiana=LA;Maine=ME;Maryland=MD;Massachusetts=MA|Mass;Michigan=MI|Mich;Minnesota=MN|Minn;Mississippi=MS|Miss;Missouri=MO;Montana=MT|Mont;Nebraska=NE|Neb;Nevada=NV|Nev;New Hampshire=NH|N.H.;New Jersey=NJ|N.J.;New Mexico=NM|N.M.|N. Mex;New York=NY|N.Y.|New York State;North Carolina=NC|N.C.;North Dakota=ND|N.D.|N. Dak;Ohio=OH;Oklahoma=OK|Okla;Oregon=OR|Ore;Pennsylvania=PA|Penn;Rhode Island=RI|R.I.;South Carolina=SC|S.C.;South Dakota=SD|S.D.|S. Dak;Tennessee=TN|Tenn;Texas=TX|Tex;Utah=UT;Vermont=VT;Virginia=VA;Washington=WA|Wash|Washington State;West Virginia=WV|W.V.|W. Va;Wisconsin=WI|Wis;Wyoming=WY|Wyo
        CA Alberta=AB|Alta;British Columbia=BC|B.C.|Colombie-Britannique;Manitoba=MB|Man;New Brunswick=NB|N.B.|Nouveau-Brunswick;Newfoundland and Labrador=NL|Newfoundland|Terre-Neuve-et-Labrador;Northwest Territories=NT|N.W.T.|Territoires du Nord-Ouest;Nova Scotia=NS|N.S.|Nouvelle-Écosse;Nunavut=NU;Ontario=ON|Ont;Prince Edward Island=PE|PEI|P.E.I.|Île-du-Prince-Édouard;Quebec=QC|PQ|P.Q.|Québec;Saskatchewan=SK|Sask;Yukon=YT
        AU Australian Capital Territory=ACT|A.C.T.;New South Wales=NSW|N.S.W.;Northern Territory=NT|N.T.;Queensland=QLD;South Australia=SA|S.A.;Tasmania=TAS;Victoria=VIC;Western Australia=WA|W.A.
        GB England=Angleterre|Inglaterra|Inghilterra;Scotland=Écosse|Escocia|Scozia|Alba;Wales=Cymru|Pays de Galles|Gales;Northern Ireland=NI|N.I.|Irlande du Nord
        DE Baden-Wurttemberg=BW|Baden-Württemberg;Bavaria=BY|Bayern|Bavière|Baviera;State of Berlin=BE|Berlin;Brandenburg=BB;Bremen=HB;Hamburg=HH;Hesse=HE|Hessen;Lower Saxony=NI|Niedersachsen;Mecklenburg-Vorpommern=MV;North Rhine-Westphalia=NW|NRW|Nordrhein-Westfalen;Rheinland-Pfalz=RP|Rhineland-Palatinate;Saarland=SL;Saxony=SN|Sachsen;Saxony-Anhalt=ST|Sachsen-Anhalt;Schleswig-Holstein=SH;Thuringia=TH|Thüringen
        AT Burgenland=B;Carinthia=Kärnten;Lower Austria=NÖ|Niederösterreich;Upper Austria=OÖ|Oberösterreich;Styria=Steiermark;Tyrol=Tirol;Vienna=Wien
        CH Aargau=AG;Appenzell Ausserrhoden=AR;Appenzell Innerrhoden=AI;Basel-Landschaft=BL;Basel-City=BS|Basel-Stadt|Bâle-Ville;Bern=BE|Berne;Fribourg=FR|Freiburg;Geneva=GE|Genève;Glarus=GL;Grisons=GR|Graubünden;Jura=JU;Lucerne=LU|Luzern;Neuchâtel=NE;Nidwalden=NW;Obwalden=OW;Saint Gallen=SG|St. Gallen;Schaffhausen=SH;Schwyz=SZ;Solothurn=SO;Thurgau=TG;Ticino=TI|Tessin;Uri=UR;Vaud=VD|Waadt;Valais=VS|Wallis;Zug=ZG;Zurich=ZH|Zürich
        FR Auvergne-Rhône-Alpes=ARA|Rhône-Alpes|Auvergne;Bourgogne-Franche-Comté=BFC|Bourgogne|Burgundy|Franche-Comté;Brittany=Bretagne;Centre-Val de Loire=Centre;Corsica=Corse;Grand Est=Alsace|Lorraine;Hauts-de-France=Picardie|Nord-Pas-de-Calais;Île-de-France=IDF;New Aquitaine=Nouvelle-Aquitaine|Aquitaine;Normandy=Normandie;Occitanie=Languedoc-Roussillon|Midi-Pyrénées|Occitania;Pays de la Loire=PDL;Provence-Alpes-Côte d'Azur=PACA|Provence
        ES Andalusia=Andalucía|Andalousie|Almería|Cádiz|Córdoba|Granada|Huelva|Jaén|Málaga|Sevilla;Aragon=Aragón|Huesca|Teruel|Zaragoza;Asturias=Principado de Asturias;Balearic Islands=Illes Balears|Islas Baleares|Baleares;Basque Country=Euskadi|País Vasco|Pays basque|Bizkaia|Vizcaya|Gipuzkoa|Guipúzcoa|Álava|Araba;Canary Islands=Canarias|Islas Canarias|Las Palmas|Tenerife|Santa Cruz de Tenerife;Castille and León=Castilla y León|Ávila|Burgos|León|Palencia|Salamanca|Segovia|Soria|Valladolid|Zamora;Castille-La Mancha=Castilla-La Mancha|Albacete|Ciudad Real|Cuenca|Guadalajara|Toledo;Catalonia=Catalunya|Cataluña|Catalogne|Barcelona|Girona|Gerona|Lleida|Lérida|Tarragona;Extremadura=Badajoz|Cáceres;Galicia=Galiza|A Coruña|La Coruña|Lugo|Ourense|Orense|Pontevedra;Madrid=Comunidad de Madrid;Murcia=Región de Murcia;Navarre=Navarra|Nafarroa;Valencia=Comunitat Valenciana|Comunidad Valenciana|Alicante|Alacant|Castellón|Castelló|València
        IT Abruzzo=CH|AQ|PE|TE;Aosta Valley=AO|Valle d'Aosta;Apulia=Puglia|BA|BT|BR|FG|LE|TA;Basilicate=Basilicata|MT|PZ;Calabria=CZ|CS|KR|RC|VV;Campania=AV|BN|CE|NA|SA;Emilia-Romagna=BO|FC|FE|MO|PC|PR|RA|RE|RN;Friuli Venezia Giulia=GO|PN|TS|UD;Lazio=Latium|FR|LT|RI|RM|VT;Liguria=GE|IM|SP|SV;Lombardy=Lombardia|BG|BS|CO|CR|LC|LO|MB|MI|MN|PV|SO|VA;The Marches=Marche|AN|AP|FM|MC|PU;Molise=CB|IS;Piedmont=Piemonte|AL|AT|BI|CN|NO|TO|VB|VC;Sardinia=Sardegna|CA|NU|OR|SS|SU;Sicily=Sicilia|AG|CL|CT|EN|ME|PA|RG|SR|TP;Trentino-Alto Adige=Trentino|Alto Adige|Südtirol|BZ|TN;Tuscany=Toscana|AR|FI|GR|LI|LU|MS|PI|PO|PT|SI;Umbria=PG|TR;Veneto=BL|PD|RO|TV|VE|VI|VR
        PT Lisbon=Lisboa;Azores=Açores
        NL North Holland=Noord-Holland|NH;South Holland=Zuid-Holland|ZH;North Brabant=Noord-Brabant|NB;Gelderland=GE;Utrecht=UT;Friesland=Fryslân
        BE Brussels Capital=Brussels|Bruxelles-Capitale;Flanders=Vlaanderen|Flandre|Vlaams Gewest;Wallonia=Wallonie
        PL Lesser Poland=Małopolska|Małopolskie;Mazovia=Mazowieckie;Lower Silesia=Dolnośląskie;Silesia=Śląskie;Pomerania=Pomorskie;Greater Poland=Wielkopolskie
        BR Acre=AC;Alagoas=AL;Amapá=AP;Amazonas=AM;Bahia=BA;Ceará=CE;Federal District=DF|Distrito Federal;Espírito Santo=ES;Goiás=GO;Maranhão=MA;Mato Grosso=MT;Mato Grosso do Sul=MS;Minas Gerais=MG;Pará=PA;Paraíba=PB;Paraná=PR;Pernambuco=PE;Piauí=PI;Rio de Janeiro=RJ;Rio Grande do Norte=RN;Rio Grande do Sul=RS;Rondônia=RO;Roraima=RR;Santa Catarina=SC;São Paulo=SP;Sergipe=SE;Tocantins=TO
        MX Mexico City=CDMX|Ciudad de México|DF|D.F.;México=Edomex|Estado de México;Baja California=BC|B.C.;Baja California Sur=BCS|B.C.S.;Nuevo León=NL|N.L.;Jalisco=Jal;Quintana Roo=Q.R.
        IN Odisha=Orissa;Puducherry=Pondicherry
        """;

    private static readonly FrozenDictionary<(string Country, string Folded), string> Regions = Rows()
        .SelectMany(row => row.Written.Select(written => KeyValuePair.Create((row.Country, FoldedName.Of(written)), row.Region)))
        .DistinctBy(pair => pair.Key)
        .ToFrozenDictionary();

    /// <summary>Country and region of each row, for the test that compares them with the gazetteer.</summary>
    internal static IEnumerable<(string Country, string Region, string[] Written)> All => Rows();

    /// <summary>Whether somebody who writes this means the region.</summary>
    /// <param name="folded">What is written, folded.</param>
    /// <param name="country">ISO 3166-1 alpha-2 code of the region's country.</param>
    /// <param name="region">The region as the gazetteer spells it.</param>
    public static bool IsMeant(string folded, string country, string region) =>
        region.Length > 0 && folded.Length > 0
        && (Regions.GetValueOrDefault((country, folded)) == region || FoldedName.Of(region) == folded);

    private static IEnumerable<(string Country, string Region, string[] Written)> Rows()
    {
        foreach (var line in Table.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            foreach (var region in line[3..].Split(';'))
            {
                var parts = region.Split('=');
                yield return (line[..2], parts[0], parts[1].Split('|'));
            }
        }
    }
}
