import RefoldManifest

/// What a command touches of its process, so that tests can hold it in memory.
package struct CommandIO: Sendable {
    /// Where the result goes.
    package var stdout: any OutputSink
    /// Where all else goes.
    package var stderr: any OutputSink
    /// The folder that relative paths of the command line are relative to, absolute.
    package var workingFolder: String
    /// The wall clock, milliseconds since 1970.
    package var now: @Sendable () -> Int64
    /// A clock that only goes forward.
    package var uptime: @Sendable () -> Duration
    /// How far the local zone is ahead of UTC at an instant, both in milliseconds.
    package var utcOffset: @Sendable (Int64) -> Int64
    /// Asks a person a question that is answered by yes or no; nil: there is nobody to ask.
    package var ask: (@Sendable (String) -> Bool)?

    /// All parts.
    package init(
        stdout: any OutputSink,
        stderr: any OutputSink,
        workingFolder: String,
        now: @escaping @Sendable () -> Int64,
        uptime: @escaping @Sendable () -> Duration,
        utcOffset: @escaping @Sendable (Int64) -> Int64 = { _ in 0 },
        ask: (@Sendable (String) -> Bool)? = nil
    ) {
        self.stdout = stdout
        self.stderr = stderr
        self.workingFolder = workingFolder
        self.now = now
        self.uptime = uptime
        self.utcOffset = utcOffset
        self.ask = ask
    }

    /// A path of the command line, absolute and cleaned as manifests clean theirs.
    package func absolute(_ path: String) -> String { FilePath.resolve(path, from: workingFolder) }
}
