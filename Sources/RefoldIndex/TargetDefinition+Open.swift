package import RefoldModel

extension TargetDefinition {
    /// The target that a manifest or the command line names; nothing is opened yet.
    ///
    /// Secrets are looked up in `environment`; `isStopping` is asked while a target of another machine is waited
    /// for, `remark` told why it is.
    package func open(
        environment: [String: String],
        isStopping: @escaping @Sendable () -> Bool = { false },
        remark: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(IndexError) -> any IndexTarget {
        switch place {
        case .embedded(let path): EmbeddedTarget(path: path)
        case .file(let path): FileTarget(path: path)
        case .openSearch(let manifest):
            try SearchTarget(
                try SearchOptions(manifest, environment: environment),
                isStopping: isStopping,
                remark: remark
            )
        }
    }
}
