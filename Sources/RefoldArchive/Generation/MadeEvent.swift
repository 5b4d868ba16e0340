/// One made change event, before its envelope.
struct MadeEvent: Sendable {
    var entity: String
    var recordIDs: [String]
    var changeType: String
    var changeOrigin: String
    var transactionKey: String
    var sequenceNumber: Int
    /// Whole seconds, in milliseconds.
    var commitTimestamp: Int
    var commitNumber: Int
    var commitUser: String
    var replayID: Int
    var changedFields: [String] = []
    var nulledFields: [String] = []
    /// The body in schema order.
    var body: [(name: String, value: RecordValue)] = []
}
