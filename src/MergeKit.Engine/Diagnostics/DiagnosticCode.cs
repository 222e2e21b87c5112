namespace MergeKit.Engine.Diagnostics;

#pragma warning disable CS1591 // Every code has its page in docs/diagnostics and its text in Messages.resx; a test keeps the three together.

/// <summary>
/// All diagnostics. The number is the public code: MK1xxx recipe, MK2xxx model sources and files, MK3xxx planning,
/// MK4xxx tokenizer, MK5xxx execution and output, MK6xxx cache, MK7xxx packaging.
/// </summary>
public enum DiagnosticCode
{
    // MK1xxx: recipe
    RecipeNotReadable = 1001,

    // MK2xxx: model sources and files
    ModelNotFound = 2001,
    ModelIsFile = 2002,
    ModelConfigMissing = 2003,
    FileNotReadable = 2004,
    JsonInvalid = 2005,
    JsonTooLarge = 2006,

    // MK201x: finding a model's weights
    WeightsMissing = 2010,
    WeightsArePickle = 2011,
    WeightsAreGguf = 2012,
    WeightsAreQuantized = 2013,
    WeightsAmbiguous = 2014,
    IndexInvalid = 2015,
    ShardNameUnsafe = 2016,
    ShardMissing = 2017,
    TensorNotInShard = 2018,
    TensorNotInIndex = 2019,
    TensorInSeveralShards = 2020,
    WeightsAreAdapter = 2021,

    // MK203x, MK204x: safetensors files
    SafetensorsHeaderCut = 2030,
    SafetensorsHeaderTooLarge = 2031,
    SafetensorsHeaderInvalid = 2032,
    SafetensorsEntryInvalid = 2033,
    SafetensorsDuplicateTensor = 2034,
    DTypeUnsupported = 2035,
    DTypeUnknown = 2036,
    TensorSizeMismatch = 2037,
    TensorsOverlap = 2038,
    TensorDataGap = 2039,
    SafetensorsDataCut = 2040,
    SafetensorsTrailingData = 2041,
    CheckpointChanged = 2042,
    SafetensorsHeaderNotWritable = 2043,

    // MK3xxx: planning
    MissingTensor = 3001,

    // MK5xxx: execution and output
    OutputNotWritable = 5001,
}
