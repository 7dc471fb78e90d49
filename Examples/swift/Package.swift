// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "ask",
    platforms: [.macOS(.v15)],
    dependencies: [
        // In a project of your own: the repository's URL and a version.
        .package(name: "parley", path: "../..")
    ],
    targets: [
        .executableTarget(name: "Ask", dependencies: [.product(name: "ParleyClient", package: "parley")])
    ],
    swiftLanguageModes: [.v6]
)
