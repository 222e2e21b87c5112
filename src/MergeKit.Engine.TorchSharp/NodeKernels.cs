using MergeKit.Engine.Tensors;

namespace MergeKit.Engine.TorchSharp;

/// <summary>
/// Maps every expression node to operations of libtorch that round as the engine's own kernels do: one rounding per operation, and no product is added without
/// one of its own. All operands are flat and as long as the block.
/// </summary>
internal sealed class NodeKernels(DeviceLane lane)
{
    private readonly InputKernel inputs = new(lane);
    private readonly DropoutKernels dropouts = new(lane);

    /// <summary>Computes a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="operands">Values of its operands.</param>
    /// <param name="block">The elements.</param>
    /// <param name="magnitudes">Receives the largest magnitude of every input that is read; null if nobody wants to know.</param>
    /// <returns>The result, which may be an operand, and whether its memory is nobody else's.</returns>
    public (TorchTensor Value, bool IsOwned) Run(Tensor node, Operand[] operands, Block block, List<TorchTensor>? magnitudes) => node switch
    {
        InputTensor input => inputs.Run(input, block, magnitudes),
        ScalarTensor scalar => (Scale(scalar, operands[0]), true),
        AddScaledTensor sum => (AddScaled(sum, operands[0], operands[1]), true),
        BinaryTensor binary => (Combine(binary.Operation, operands[0], operands[1]), true),
        UnaryTensor unary => (Map(unary.Operation, operands[0]), true),
        AxisScaledTensor scaled => (ScaleAxis(scaled, operands[0].Value, block), true),
        MagnitudeMask mask => (MagnitudeMasks.Of(operands[0].Value, mask.Boundary, block), true),
        VarianceTensor variance => (Variance(variance, operands), true),
        BlockMask blocks => (BlockMasks.Of(blocks, operands[0].Value, lane), true),
        RankedDropout ranked => (dropouts.Run(ranked, operands[0], block), true),
        RandomDropout random => (dropouts.Run(random, operands[0], block), true),
        MatrixTensor matrix => (lane.Upload<float>(matrix.Values.AsMemory((int)block.Start, (int)block.Length), torch.ScalarType.Float32), true),
        _ => throw new InvalidOperationException($"No kernel for {node.GetType().Name}."),
    };

    private static TorchTensor Scale(ScalarTensor node, Operand x)
    {
        using var scope = torch.NewDisposeScope();
        using var value = node.Value.ToScalar();
        return scope.MoveToOuter(node.Operation switch
        {
            ScalarOperation.Multiply => x.IsFree ? x.Value.mul_(value) : x.Value.mul(value),
            ScalarOperation.Add => x.IsFree ? x.Value.add_(value, Constants.Unscaled) : x.Value.add(value, Constants.Unscaled),

            // A tensor of one number: division of a number by a tensor would take the reciprocal first, and round twice.
            ScalarOperation.DivideInto => torch.full([], value, torch.ScalarType.Float32, x.Value.device).div(x.Value),
            ScalarOperation.Max => x.Value.clamp_min(value),
            ScalarOperation.Min => x.Value.clamp_max(value),
            ScalarOperation.IsAbove => x.Value.gt(value).to_type(torch.ScalarType.Float32),
            ScalarOperation.IsAtLeast => x.Value.ge(value).to_type(torch.ScalarType.Float32),
            ScalarOperation.OneWhereWithin => x.Value.masked_fill(x.Value.abs().le(value), Constants.One),
            _ => throw new InvalidOperationException($"No kernel for {node.Operation}."),
        });
    }

    /// <summary>Product and sum as two operations: one would be free not to round the product.</summary>
    private static TorchTensor AddScaled(AddScaledTensor node, Operand sum, Operand x)
    {
        using var scope = torch.NewDisposeScope();
        using var factor = node.Factor.ToScalar();
        var product = node.Factor == 1 ? x : new Operand(x.IsFree ? x.Value.mul_(factor) : x.Value.mul(factor), IsFree: true);
        return scope.MoveToOuter(Add(sum, product));
    }

    private static TorchTensor Add(Operand x, Operand y) =>
        x.IsFree ? x.Value.add_(y.Value, Constants.Unscaled)
        : y.IsFree ? y.Value.add_(x.Value, Constants.Unscaled)
        : x.Value.add(y.Value, Constants.Unscaled);

    private static TorchTensor Combine(BinaryOperation operation, Operand x, Operand y)
    {
        using var scope = torch.NewDisposeScope();
        return scope.MoveToOuter(operation switch
        {
            BinaryOperation.Add => Add(x, y),
            BinaryOperation.Subtract => x.IsFree ? x.Value.sub_(y.Value) : x.Value.sub(y.Value),
            BinaryOperation.Multiply => x.IsFree ? x.Value.mul_(y.Value) : y.IsFree ? y.Value.mul_(x.Value) : x.Value.mul(y.Value),
            BinaryOperation.Divide => x.IsFree ? x.Value.div_(y.Value) : x.Value.div(y.Value),
            BinaryOperation.Where => Drop(x, y.Value.eq(Constants.Zero)),
            BinaryOperation.AgreesInSign => AgreesInSign(x.Value, y.Value),
            _ => throw new InvalidOperationException($"No kernel for {operation}."),
        });
    }

    /// <summary>Zero where a mask is set, whatever was there.</summary>
    internal static TorchTensor Drop(Operand x, TorchTensor mask) =>
        x.IsFree ? x.Value.masked_fill_(mask, Constants.Zero) : x.Value.masked_fill(mask, Constants.Zero);

    private static TorchTensor AgreesInSign(TorchTensor x, TorchTensor y)
    {
        var positive = x.gt(Constants.Zero).logical_and(y.ge(Constants.Zero));
        var negative = x.lt(Constants.Zero).logical_and(y.lt(Constants.Zero));
        return positive.logical_or(negative).to_type(torch.ScalarType.Float32).masked_fill_(x.isnan().logical_or(y.isnan()), Constants.NaN);
    }

    private static TorchTensor Map(UnaryOperation operation, Operand x)
    {
        using var scope = torch.NewDisposeScope();
        return scope.MoveToOuter(operation switch
        {
            UnaryOperation.Abs => x.IsFree ? x.Value.abs_() : x.Value.abs(),
            UnaryOperation.Exponential => x.Value.to_type(torch.ScalarType.Float64).clamp_(Constants.LeastExponent, Constants.LargestExponent).exp_().to_type(torch.ScalarType.Float32),
            UnaryOperation.HyperbolicTangent => x.Value.to_type(torch.ScalarType.Float64).tanh_().to_type(torch.ScalarType.Float32),
            _ => throw new InvalidOperationException($"No kernel for {operation}."),
        });
    }

    private TorchTensor ScaleAxis(AxisScaledTensor node, TorchTensor x, Block block)
    {
        using var scope = torch.NewDisposeScope();
        var factors = lane.Resident.Constant(node, () => lane.Upload<float>(node.Factors, torch.ScalarType.Float32));
        if (node.Axis == TensorAxis.Columns)
        {
            return scope.MoveToOuter(x.view(-1, node.Factors.Length).mul(factors).view(-1));
        }

        var rowLength = node.Shape.RowLength;
        var rows = factors.narrow(0, block.Start / rowLength, block.Length / rowLength);
        return scope.MoveToOuter(x.view(-1, rowLength).mul(rows.unsqueeze(1)).view(-1));
    }

    private static TorchTensor Variance(VarianceTensor node, Operand[] operands)
    {
        using var scope = torch.NewDisposeScope();
        using var share = node.Share.ToScalar();
        var first = operands[0].Value;
        var mean = torch.zeros_like(first);
        foreach (var x in operands)
        {
            using var difference = x.Value.sub(first).mul_(share);
            mean.add_(difference, Constants.Unscaled);
        }

        var variance = torch.zeros_like(first);
        foreach (var x in operands)
        {
            using var deviation = x.Value.sub(first).sub_(mean);
            using var square = deviation.mul(deviation).mul_(share);
            variance.add_(square, Constants.Unscaled);
        }

        return scope.MoveToOuter(variance);
    }
}
