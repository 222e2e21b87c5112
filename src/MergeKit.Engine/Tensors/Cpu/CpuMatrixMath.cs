using MergeKit.Engine.Tensors.LinearAlgebra;

namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>Linear algebra on the CPU, on the threads of the scheduler.</summary>
internal sealed class CpuMatrixMath(TileScheduler scheduler) : IMatrixMath
{
    public Matrix<float> Evaluate(Tensor tensor)
    {
        var pass = new EvaluatePass(tensor);
        scheduler.Run(pass);
        return new Matrix<float>(pass.Values, checked((int)tensor.Shape[0]), checked((int)tensor.Shape[1]));
    }

    public Matrix<double> Gram<T>(Matrix<T> x)
        where T : unmanaged
    {
        var gram = new Matrix<double>(x.Rows, x.Rows);
        MatrixProduct.Add(x, x.Transpose(), gram, lowerOnly: true, scheduler.ForEach);
        for (var row = 0; row < gram.Rows; row++)
        {
            for (var column = 0; column < row; column++)
            {
                gram[column, row] = gram[row, column];
            }
        }

        return gram;
    }

    public Matrix<double> Multiply<TX, TY>(Matrix<TX> x, Matrix<TY> y)
        where TX : unmanaged
        where TY : unmanaged
    {
        var product = new Matrix<double>(x.Rows, y.Columns);
        MatrixProduct.Add(x, y, product, lowerOnly: false, scheduler.ForEach);
        return product;
    }

    public Matrix<float> MultiplyAndRound<TX, TY>(Matrix<TX> x, Matrix<TY> y)
        where TX : unmanaged
        where TY : unmanaged => MatrixProduct.Round(x, y, scheduler.ForEach);

    public SymmetricEigen Eigen(Matrix<double> symmetric) => SymmetricEigen.Of(symmetric, scheduler.ForEach);
}
