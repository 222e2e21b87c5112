namespace MergeKit.Engine.Tensors.Cpu;

/// <summary>The buffers of one thread: input bytes of a chunk, tile registers, and encoded output of a chunk. They grow and are used again.</summary>
internal sealed class TileWorker
{
    private byte[] inputBytes = [];
    private byte[] outputBytes = [];
    private float[] registers = [];
    private int[] inputOffsets = [];
    private int registerLength;

    /// <summary>The inputs in which a value was seen that is not finite; null if nobody wants to know.</summary>
    public bool[]? NonFiniteInputs { get; set; }

    /// <summary>Draws what depends on ranks.</summary>
    public RankedDropoutKernel RankedDropouts { get; } = new();

    /// <summary>Makes room for a program and chunks of up to <paramref name="chunkLength"/> elements.</summary>
    public void Prepare(TileProgram program, int chunkLength, int outputElementSize)
    {
        registerLength = program.TileLength;
        NonFiniteInputs = null;
        inputOffsets = new int[program.Inputs.Count + 1];
        for (var i = 0; i < program.Inputs.Count; i++)
        {
            inputOffsets[i + 1] = inputOffsets[i] + chunkLength * Numerics.DTypes.Size(program.Inputs[i].Source.DType);
        }

        Grow(ref inputBytes, inputOffsets[^1]);
        Grow(ref outputBytes, chunkLength * outputElementSize);
        Grow(ref registers, program.RegisterCount * program.TileLength);
    }

    /// <summary>Bytes of input <paramref name="index"/> for a chunk of which <paramref name="byteLength"/> bytes are in use.</summary>
    public Span<byte> Input(int index, int byteLength) => inputBytes.AsSpan(inputOffsets[index], byteLength);

    /// <summary>The first <paramref name="length"/> elements of a register.</summary>
    public Span<float> Register(int register, int length) => registers.AsSpan(register * registerLength, length);

    /// <summary>Encoded output of the current chunk.</summary>
    public Span<byte> Output(int start, int byteLength) => outputBytes.AsSpan(start, byteLength);

    private static void Grow<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = GC.AllocateUninitializedArray<T>(length);
        }
    }
}
