// swift-tools-version: 6.2

// The toolchain and Debian's libraries, nothing else: a clone builds without a network.
// The arrows below are the ones of the drawing in the documentation; CI checks that no import goes around them.

import PackageDescription

let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
    .define("FAILPOINTS", .when(configuration: .debug)),
]

func room(_ name: String, over dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(of name: String, over dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, swiftSettings: house)
}

let package = Package(
    name: "refold",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "refold", targets: ["refold"]),
        .library(name: "Refold", targets: ["RefoldModel", "RefoldCommand"]),
    ],
    targets: [
        .systemLibrary(
            name: "CZstd",
            pkgConfig: "libzstd",
            providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]
        ),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CCrypto",
            pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]
        ),
        .systemLibrary(
            name: "CSQLite",
            pkgConfig: "sqlite3",
            providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]
        ),
        .systemLibrary(
            name: "CYAML",
            pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]
        ),
        .target(
            name: "CSimdJSON",
            linkerSettings: [.linkedLibrary("simdjson")]
        ),
        .target(
            name: "CCurl",
            linkerSettings: [.linkedLibrary("curl")]
        ),

        room("RefoldBytes", over: ["CZstd", "CZlib", "CCrypto", "CSimdJSON"]),
        room("RefoldModel", over: ["RefoldBytes"]),
        room("RefoldSQLite", over: ["CSQLite", "RefoldBytes"]),
        room("RefoldWire", over: ["CCurl", "RefoldBytes"]),
        room("RefoldArchive", over: ["RefoldBytes", "RefoldModel"]),
        room("RefoldLedger", over: ["RefoldBytes", "RefoldModel", "RefoldSQLite"]),
        room("RefoldIndex", over: ["RefoldBytes", "RefoldModel", "RefoldSQLite", "RefoldWire"]),
        room("RefoldManifest", over: ["CYAML", "RefoldBytes", "RefoldModel"]),
        room(
            "RefoldPipeline",
            over: ["RefoldBytes", "RefoldModel", "RefoldArchive", "RefoldLedger", "RefoldIndex"]
        ),
        room(
            "RefoldCommand",
            over: [
                "RefoldBytes", "RefoldModel", "RefoldManifest", "RefoldPipeline", "RefoldArchive",
                "RefoldLedger", "RefoldIndex",
            ]
        ),
        // What tests share: servers that fail on purpose, real search nodes.
        .target(
            name: "RefoldTestKit",
            dependencies: [],
            path: "Tests/RefoldTestKit",
            swiftSettings: house
        ),
        tests(of: "RefoldBytes", over: ["RefoldBytes"]),
        tests(of: "RefoldModel", over: ["RefoldModel", "RefoldBytes"]),
        tests(of: "RefoldWire", over: ["RefoldWire", "RefoldBytes", "RefoldTestKit"]),
        tests(of: "RefoldArchive", over: ["RefoldArchive", "RefoldModel", "RefoldBytes"]),
        tests(of: "RefoldSQLite", over: ["RefoldSQLite", "RefoldBytes"]),
        tests(of: "RefoldLedger", over: ["RefoldLedger", "RefoldModel", "RefoldBytes", "RefoldSQLite"]),
        tests(
            of: "RefoldIndex",
            over: ["RefoldIndex", "RefoldModel", "RefoldBytes", "RefoldSQLite", "RefoldTestKit"]
        ),
        tests(of: "RefoldManifest", over: ["RefoldManifest", "RefoldModel", "RefoldBytes"]),
        tests(
            of: "RefoldPipeline",
            over: [
                "RefoldPipeline", "RefoldManifest", "RefoldArchive", "RefoldLedger", "RefoldIndex",
                "RefoldModel",
                "RefoldBytes", "RefoldTestKit",
            ]
        ),
        tests(
            of: "RefoldCommand",
            over: [
                "RefoldCommand", "RefoldPipeline", "RefoldManifest", "RefoldArchive", "RefoldLedger",
                "RefoldIndex", "RefoldWire", "RefoldSQLite", "RefoldModel", "RefoldBytes", "refold",
                "RefoldTestKit",
            ]
        ),
        // Measures a target alone; Tests/Benchmarks says how. No test, no part of the tool.
        .executableTarget(
            name: "target-load",
            dependencies: ["RefoldIndex", "RefoldModel", "RefoldBytes"],
            path: "Tests/Benchmarks",
            swiftSettings: house
        ),
        .executableTarget(name: "refold", dependencies: ["RefoldCommand"], swiftSettings: house),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
