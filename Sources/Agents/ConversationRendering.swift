import JSON

/// The answer of `GET /v1/convai/conversations/{id}`, with every member that clients require.
///
/// - Parameter base: the server's address, such as `https://example.com`, for the addresses of files.
public func conversationJSON(_ record: ConversationRecord, base: String = "") -> JSONValue {
    let details = record.details
    return [
        "agent_id": .string(record.agentID), "agent_name": .string(record.agentName),
        "conversation_id": .string(record.id), "conversation_product": "agent",
        "status": .string(record.status.rawValue), "user_id": string(details.userID), "branch_id": nil,
        "version_id": nil,
        "environment": details.initiation?["environment"]?.stringValue.map(JSONValue.string)
            ?? .string(EnvironmentVariable.production), "visited_agents": visitedAgents(record), "tag_ids": [],
        "has_audio": .bool(record.hasAudio), "has_user_audio": .bool(record.hasUserAudio),
        "has_response_audio": .bool(record.hasResponseAudio), "has_auxiliary_audio": false,
        "user_message_count": .integer(record.userMessageCount),
        "agent_message_count": .integer(record.agentMessageCount),
        "conversation_initiation_client_data": details.initiation ?? [
            "conversation_config_override": [:], "custom_llm_extra_body": [:], "user_id": nil,
            "source_info": ["source": nil, "version": nil], "branch_id": nil, "environment": nil,
            "dynamic_variables": [:],
        ],
        "metadata": metadata(record), "analysis": details.analysis ?? .null,
        "transcript": .array(
            record.transcript.map {
                $0.json(agentID: record.agentID, files: "\(base)/v1/convai/conversations/\(record.id)/files/")
            }),
    ]
}

/// The agents that took part, in the order in which they came in.
private func visitedAgents(_ record: ConversationRecord) -> JSONValue {
    var ids = [record.agentID]
    for case let id? in record.transcript.map(\.agentID) where !ids.contains(id) { ids.append(id) }
    return .array(ids.map { ["agent_id": .string($0), "branch_id": nil] })
}

/// An item of `GET /v1/convai/conversations`.
public func summaryJSON(_ record: ConversationRecord) -> JSONValue {
    let details = record.details
    let analysis = details.analysis
    return [
        "agent_id": .string(record.agentID), "agent_name": .string(record.agentName), "branch_id": nil,
        "version_id": nil, "conversation_id": .string(record.id), "start_time_unix_secs": .integer(record.startTime),
        "call_duration_secs": .integer(seconds(record.duration)), "message_count": .integer(record.messageCount),
        "user_message_count": .integer(record.userMessageCount),
        "agent_message_count": .integer(record.agentMessageCount), "cost": nil, "cost_fiat": nil,
        "status": .string(record.status.rawValue), "termination_reason": .string(record.terminationReason),
        "call_successful": analysis?["call_successful"] ?? "unknown",
        "call_success_score": analysis?["call_success_score"] ?? .null,
        "transcript_summary": analysis?["transcript_summary"] ?? .null,
        "call_summary_title": analysis?["call_summary_title"] ?? .null, "main_language": string(details.language),
        "conversation_initiation_source": .string(details.source ?? "unknown"),
        "tool_names": .array(record.toolNames.map(JSONValue.string)),
        "direction": details.metadata.value(at: "phone_call", "direction") ?? .null,
        "rating": record.feedback.rating.map(JSONValue.integer) ?? .null, "sentiment_analysis": nil,
        "data_collection_results": analysis?["data_collection_results"] ?? .null,
        "evaluation_criteria_results": analysis?["evaluation_criteria_results"] ?? .null, "tag_ids": [],
    ]
}

private func metadata(_ record: ConversationRecord) -> JSONValue {
    let details = record.details
    let scores =
        record.transcript.compactMap { $0.feedback?.score } + [record.feedback.score?.rawValue].compactMap { $0 }
    let feedbackType: JSONValue =
        if record.feedback.rating != nil { "rating" } else if !scores.isEmpty { "thumbs" } else { nil }
    let known: JSONValue = [
        "start_time_unix_secs": .integer(record.startTime), "accepted_time_unix_secs": .integer(record.startTime),
        "call_duration_secs": .integer(seconds(record.duration)), "cost": nil, "cost_fiat": nil,
        "deletion_settings": [
            "deletion_time_unix_secs": nil, "deleted_logs_at_time_unix_secs": nil,
            "deleted_audio_at_time_unix_secs": nil, "deleted_transcript_at_time_unix_secs": nil,
            "delete_transcript_and_pii": false, "delete_audio": false,
        ],
        "feedback": [
            "type": feedbackType, "overall_score": record.feedback.rating.map(JSONValue.integer) ?? .null,
            "likes": .integer(scores.count { $0 == "like" }), "dislikes": .integer(scores.count { $0 == "dislike" }),
            "rating": record.feedback.rating.map(JSONValue.integer) ?? .null,
            "comment": string(record.feedback.comment),
        ],
        "authorization_method": .string(record.authorization),
        "charging": ["dev_discount": false, "is_burst": false, "tier": nil, "llm_usage": [:], "llm_price": nil],
        "phone_call": nil, "batch_call": nil, "termination_reason": .string(record.terminationReason),
        "error": record.failure.map { ["code": .integer($0.code), "reason": .string($0.reason)] } ?? .null,
        "warnings": .array(details.warnings.map(JSONValue.string)), "main_language": string(details.language),
        "rag_usage": nil, "text_only": .bool(details.isTextOnly ?? false), "features_usage": [:], "initiator_id": nil,
        "conversation_initiation_source": .string(details.source ?? "unknown"),
        "conversation_initiation_source_version": string(details.sourceVersion), "timezone": string(details.timezone),
        "async_metadata": nil, "whatsapp": nil, "sms": nil,
    ]
    return known.merging(details.metadata)
}

extension TranscriptTurn {
    /// An entry of `transcript`. Times in the call are whole seconds, as clients read them.
    ///
    /// - Parameters:
    ///   - agentID: the agent that the call began with.
    ///   - address: of the call's files, without their ids.
    func json(agentID: String, files address: String) -> JSONValue {
        let files = (files ?? []).map { $0.json(at: address) }
        // A member that the hosted API does not have stands only where it says something.
        let own: JSONValue = author.map { ["parley_by": .string($0.rawValue)] } ?? [:]
        let known: JSONValue = [
            "role": .string(role.rawValue), "message": string(message),
            "multivoice_message": voices.map { ["parts": .array($0.map(\.json))] } ?? .null,
            "agent_metadata": role == .agent
                ? [
                    "agent_id": .string(self.agentID ?? agentID), "branch_id": nil, "workflow_node_id": nil,
                    "version_id": nil,
                ] : nil,
            "time_in_call_secs": .integer(seconds(timeInCall)), "interrupted": .bool(isInterrupted),
            "original_message": string(originalMessage), "tool_calls": .array(toolCalls.map(\.json)),
            "tool_results": .array(toolResults.map(\.json)),
            "feedback": feedback.map {
                ["score": .string($0.score), "time_in_call_secs": .integer(seconds($0.time))]
            } ?? .null,
            "llm_override": nil, "producing_llm": string(producingLLM),
            "ignored_as_backchannel": .bool(isIgnoredAsBackchannel), "source_medium": string(sourceMedium),
            "source_event_id": sourceEventID.map(JSONValue.integer) ?? .null,
            "conversation_turn_metrics": metrics.isEmpty && asrProvider == nil && ttsModel == nil
                ? nil
                : [
                    "metrics": .object(metrics.mapValues { ["elapsed_time": .number($0)] }),
                    "convai_asr_provider": string(asrProvider), "convai_tts_model": string(ttsModel),
                ],
            "rag_retrieval_info": nil, "llm_usage": llmUsage.map { ["model_usage": $0] } ?? .null,
            "contextual_update_info": contextualUpdate.map { ["text": .string($0)] } ?? .null,
            // The hosted API has one file a turn; the list is Parley's own.
            "file_input": files.first ?? .null, "file_inputs": .array(files),
            "triggered_guardrails": [], "reasoning": [], "used_static_kb_document_ids": [],
        ]
        return known.merging(own)
    }
}

extension TranscriptTurn.VoicePart {
    fileprivate var json: JSONValue {
        ["text": .string(text), "voice_label": string(label), "time_in_call_secs": nil]
    }
}

extension TranscriptTurn.FileInput {
    fileprivate func json(at address: String) -> JSONValue {
        [
            "file_id": .string(id), "original_filename": .string(name), "mime_type": .string(mimeType),
            "file_url": .string(address + id),
        ]
    }
}

extension TranscriptTurn.ToolCall {
    fileprivate var json: JSONValue {
        [
            "type": .string(type), "request_id": .string(requestID), "tool_name": .string(name),
            "tool_id": string(toolID), "params_as_json": .string(arguments),
            "tool_has_been_called": .bool(hasBeenCalled), "tool_details": details ?? .null,
        ]
    }
}

extension TranscriptTurn.ToolResult {
    fileprivate var json: JSONValue {
        let typed: JSONValue = type == "system" ? ["result": details ?? .null] : [:]
        return typed.merging([
            "type": .string(type), "request_id": .string(requestID), "tool_name": .string(name),
            "tool_id": string(toolID), "result_value": .string(value), "is_error": .bool(isError), "is_blocked": false,
            "tool_has_been_called": .bool(hasBeenCalled), "tool_latency_secs": .number(latency),
            "error_type": .string(errorType ?? ""), "raw_error_message": .string(rawError ?? ""),
            "dynamic_variable_updates": .array(
                (updates ?? []).map { update in
                    [
                        "variable_name": .string(update.name), "old_value": string(update.before),
                        "new_value": .string(update.value), "updated_at": .number(update.time),
                        "tool_name": .string(name), "tool_request_id": .string(requestID),
                    ]
                }),
        ])
    }
}

private func string(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }

/// Rounds to whole seconds; zero for NaN and infinity.
private func seconds(_ time: Double) -> Int { Int(exactly: time.rounded()) ?? 0 }
