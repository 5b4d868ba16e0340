package import RefoldModel

extension TargetDefinition {
    /// The target that a manifest or the command line names; nothing is opened yet.
    package func open() throws(IndexError) -> any IndexTarget {
        switch place {
        case .embedded(let path): EmbeddedTarget(path: path)
        case .file(let path): FileTarget(path: path)
        case .openSearch:
            throw IndexError(
                .refused,
                "the target 'opensearch' is not built yet",
                fix: "use target.embedded or target.file"
            )
        }
    }
}
