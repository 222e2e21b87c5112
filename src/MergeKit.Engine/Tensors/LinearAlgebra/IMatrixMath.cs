namespace MergeKit.Engine.Tensors.LinearAlgebra;

/// <summary>Linear algebra on matrices in memory: what a device implements so that methods with decompositions run on it. Sums are float64.</summary>
internal interface IMatrixMath
{
    /// <summary>The values of a 2-D tensor, row by row: 4 bytes per element stay in memory.</summary>
    Matrix<float> Evaluate(Tensor tensor);

    /// <summary>X·Xᵀ.</summary>
    Matrix<double> Gram<T>(Matrix<T> x)
        where T : unmanaged;

    /// <summary>X·Y.</summary>
    Matrix<double> Multiply<TX, TY>(Matrix<TX> x, Matrix<TY> y)
        where TX : unmanaged
        where TY : unmanaged;

    /// <summary>X·Y, rounded to float32.</summary>
    Matrix<float> MultiplyAndRound<TX, TY>(Matrix<TX> x, Matrix<TY> y)
        where TX : unmanaged
        where TY : unmanaged;

    /// <summary>The eigenvalues and eigenvectors of a symmetric matrix, which may be overwritten.</summary>
    SymmetricEigen Eigen(Matrix<double> symmetric);
}
