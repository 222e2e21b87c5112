namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Kullback-Leibler divergence of every row's softmax from another tensor's, in float64.</summary>
internal sealed class RowDivergencePass(Tensor x, Tensor y) : TilePass
{
    private const double Smallest = 1e-8;

    private readonly int rowLength = (int)x.Shape.RowLength;

    public override IReadOnlyList<Tensor> Roots { get; } = [x, y];

    public override bool NeedsRows => true;

    public double[] Results { get; } = new double[x.Shape.RowCount];

    public override void Consume(int workerNumber, Tile tile)
    {
        for (var position = 0; position < tile.Length; position += rowLength)
        {
            Results[(tile.Start + position) / rowLength] = Divergence(tile[0].Slice(position, rowLength), tile[1].Slice(position, rowLength));
        }
    }

    private static double Divergence(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var ((xMax, xSum), (yMax, ySum)) = (Softmax(x), Softmax(y));
        double divergence = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var p = Math.Exp(x[i] - xMax) / xSum + Smallest;
            var q = Math.Exp(y[i] - yMax) / ySum + Smallest;
            divergence += p * Math.Log(p / q);
        }

        return divergence;
    }

    private static (double Max, double Sum) Softmax(ReadOnlySpan<float> values)
    {
        var max = double.NegativeInfinity;
        foreach (var value in values)
        {
            max = Math.Max(max, value);
        }

        double sum = 0;
        foreach (var value in values)
        {
            sum += Math.Exp(value - max);
        }

        return (max, sum);
    }
}
