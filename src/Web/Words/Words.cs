namespace OuiShare.Federation.Web;

/// <summary>
/// Names the files that hold what the pages say: Words.resx (English), Words.fr.resx, Words.es.resx. Keys are
/// stable ids (<c>page.what</c>), never sentences, so that English can be corrected without touching the others. A key
/// that counts has two forms, <c>.one</c> and <c>.other</c>, and is said with <see cref="Wording.Count"/>.
/// </summary>
/// <remarks>In the root namespace, because a namespace called Words would hide this type.</remarks>
public sealed class Words;
