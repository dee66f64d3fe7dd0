namespace OuiShare.Federation.Benchmarks;

/// <summary>Measurements of one thing.</summary>
internal sealed class Samples(IEnumerable<double> values)
{
    private readonly double[] _sorted = [.. values.Order()];

    public double Median => At(0.5);

    public double Smallest => _sorted[0];

    public double Largest => _sorted[^1];

    /// <summary>The value that a share of all values, 0 to 1, does not exceed.</summary>
    public double At(double share) => _sorted[Math.Min(_sorted.Length - 1, (int)(_sorted.Length * share))];
}
