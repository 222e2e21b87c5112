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
    RecipeSyntax = 1002,
    RecipeNotUtf8 = 1003,
    RecipeTooLarge = 1004,
    RecipeEmpty = 1005,
    DuplicateKey = 1010,
    UnknownKey = 1011,
    MissingKey = 1012,
    WrongKind = 1013,
    EmptyList = 1014,
    KeyWithoutEffect = 1015,
    InputsNotOne = 1020,
    DuplicateStageName = 1021,
    InvalidModelReference = 1022,
    InvalidLayerRange = 1023,
    UnknownDType = 1024,
    TokenizerGivenTwice = 1025,
    InvalidTokenSource = 1026,
    MixedList = 1030,
    InvalidNumber = 1031,

    // MK105x: the recipe against its method
    UnknownMethod = 1050,
    UnknownParameter = 1051,
    ParameterNotUsed = 1052,
    MissingParameter = 1053,
    InvalidParameter = 1054,
    WrongModelCount = 1055,
    BaseModelRequired = 1056,
    BaseModelNotInSlice = 1057,
    SliceLengthsDiffer = 1058,
    ParametersConflict = 1060,

    // MK106x: the recipe's documents
    SeveralFinalMerges = 1061,
    StageCycle = 1062,
    StageNotUsed = 1063,

    // MK2xxx: model sources and files
    ModelNotFound = 2001,
    ModelIsFile = 2002,
    ModelConfigMissing = 2003,
    FileNotReadable = 2004,
    JsonInvalid = 2005,
    JsonTooLarge = 2006,

    // MK201x: finding a model's weights
    WeightsMissing = 2010,
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

    // MK202x: weights in pickles and in float8
    PickleGlobalRefused = 2022,
    PickleInvalid = 2023,
    ContainerInvalid = 2024,
    ContainerCompressed = 2025,
    ContainerUnknown = 2026,
    StateDictInvalid = 2027,
    StorageInvalid = 2028,
    Float8ScalesInvalid = 2029,

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
    WeightsArePointer = 2044,
    TensorLimitExceeded = 2045,

    // MK205x: adapters
    RevisionIgnored = 2051,
    AdapterConfigMissing = 2052,
    AdapterWeightsMissing = 2053,
    AdapterSettingInvalid = 2054,
    AdapterNotApplicable = 2055,
    AdapterTensorUnplaced = 2056,
    AdapterShapeMismatch = 2057,
    AdapterIncomplete = 2058,
    AdapterOfTiedEmbedding = 2059,

    // MK206x: downloads
    DownloadFailed = 2060,
    DownloadRefused = 2061,
    DownloadNotFound = 2062,
    DownloadCorrupt = 2063,
    DownloadNotWritten = 2064,

    // MK207x: the Hugging Face hub
    HubModelNotCached = 2070,
    HubRepositoryNotFound = 2071,
    HubRevisionNotFound = 2072,
    HubAccessDenied = 2073,
    HubFilesMissing = 2074,
    HubNotUsable = 2075,
    HubRevisionAmbiguous = 2076,
    HubModelNotChecked = 2077,
    HubBlobDamaged = 2078,

    // MK3xxx: planning
    MissingTensor = 3001,
    ShapeMismatch = 3002,
    InputSkipped = 3003,
    VocabularyTruncated = 3004,
    MixedTensorKinds = 3005,
    DifferentArchitectures = 3006,
    LayerRangeOutOfBounds = 3010,
    LayerCountsDiffer = 3011,
    LayerEmpty = 3012,
    NoLayerStack = 3013,
    SeveralLayerStacks = 3014,
    LayerCountNotFound = 3015,
    LayersNotMatched = 3016,
    PartLeftOut = 3017,
    ModuleUnknown = 3020,
    TensorInNoModule = 3021,
    NothingToWrite = 3030,

    // MK4xxx: tokenizer
    TokenizerMissing = 4001,
    TokenizerInvalid = 4002,
    TokenizerNotReadable = 4003,
    TokenizerAssumed = 4004,
    TokensBeyondVocabulary = 4005,
    TokenIdsLeftOut = 4006,
    TokenizerPartsLeftOut = 4007,
    AdapterRowsLeftOut = 4008,
    TokenizersNotUnitable = 4010,
    TokensWithoutEmbedding = 4011,
    TokenModelNotMerged = 4012,
    TokenNotInModel = 4013,
    TokenIdOutOfRange = 4014,
    ChatTemplateUnknown = 4020,
    ChatTemplateNotFound = 4021,
    CustomCodeCopied = 4030,
    FilesNotCopied = 4031,
    TokenizerElsewhere = 4032,

    // MK5xxx: execution and output
    OutputNotWritable = 5001,
    OutputFolderForeign = 5002,
    OutputIsInput = 5003,
    IntegerTensorsDiffer = 5010,
    TensorNotMergeable = 5011,
    NonFiniteInput = 5012,
    NonFiniteOutput = 5013,
    ManifestMissing = 5020,
    ManifestInvalid = 5021,
    ModelFileMissing = 5022,
    ModelFileChanged = 5023,
    ModelFileAdded = 5024,
    ProvenanceDisagrees = 5025,
    ModelNotBuilt = 5026,
    DeviceNotAnswering = 5030,
    DeviceMemoryExhausted = 5033,
    NativeLibraryMissing = 5034,

    // MK503x: devices
    DeviceHostFailed = 5031,
    DeviceHostNotUsable = 5032,

    // MK6xxx: cache
    FileChangedWhileRead = 6001,
    CachedWeightsDamaged = 6002,
    CacheNotUsable = 6003,
    MergeNotRemembered = 6004,

    // MK7xxx: packaging and projects
    RecipeMissing = 7001,
    InvalidModelName = 7002,
    DuplicateModelName = 7003,
    InvalidMetadata = 7004,
    DeviceNotAvailable = 7005,
    NamedModelTwice = 7010,
    ModelNotPackable = 7011,
    ModelPackageNotRestored = 7012,

    // MK702x: weights outside the package
    PackageTooLarge = 7020,
    WeightsLocationInvalid = 7021,
    PublishedWeightsDiffer = 7022,
    ModelNotRestored = 7023,
    PackageDamaged = 7024,
    WeightsRefused = 7025,
}
