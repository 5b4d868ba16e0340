/// What a pass keeps that only looks: nothing.
struct NoCheckpoints: FoldCheckpoints {
    func latest() async throws(PipelineError) -> [UInt8]? { nil }
    func save(_: [UInt8]) async throws(PipelineError) {}
    func keep(_: [Reject]) async throws(PipelineError) {}
}
