#include "broker/server/review_service.h"

namespace firstbell::server {
namespace {

// Of a caller that the table lets in here: its certificate names force and officer.
review::Officer OfficerOf(const registry::Identity& caller) {
  return {caller.force(), base::OfficerId(caller.parts.at(1))};
}

}  // namespace

grpc::ServerUnaryReactor* ReviewService::ListCases(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* in,
                                                   grpc::ByteBuffer* out) {
  return Unary<v1::ListCasesRequest>(
      edge_, Method::kListCases, context, in, out,
      [this](const registry::Identity& caller, v1::ListCasesRequest& request) {
        return desk_.List(OfficerOf(caller), request, edge_.clock.Now());
      });
}

grpc::ServerUnaryReactor* ReviewService::GetCase(grpc::CallbackServerContext* context,
                                                 const grpc::ByteBuffer* in,
                                                 grpc::ByteBuffer* out) {
  return Unary<v1::GetCaseRequest>(
      edge_, Method::kGetCase, context, in, out,
      [this](const registry::Identity& caller, v1::GetCaseRequest& request) {
        return desk_.Look(OfficerOf(caller), request, edge_.clock.Now());
      });
}

grpc::ServerUnaryReactor* ReviewService::DecideCase(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  return Unary<v1::DecideCaseRequest>(
      edge_, Method::kDecideCase, context, in, out,
      [this](const registry::Identity& caller, v1::DecideCaseRequest& request) {
        return desk_.Decide(OfficerOf(caller), request, edge_.clock.Now());
      });
}

grpc::ServerUnaryReactor* ReviewService::ListCalls(grpc::CallbackServerContext* context,
                                                   const grpc::ByteBuffer* in,
                                                   grpc::ByteBuffer* out) {
  return Unary<v1::ListCallsRequest>(
      edge_, Method::kListCalls, context, in, out,
      [this](const registry::Identity& caller, v1::ListCallsRequest& request) {
        return calls_.List(OfficerOf(caller), request, edge_.clock.Now());
      });
}

grpc::ServerUnaryReactor* ReviewService::RecordCall(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  return Unary<v1::RecordCallRequest>(
      edge_, Method::kRecordCall, context, in, out,
      [this](const registry::Identity& caller, v1::RecordCallRequest& request) {
        return calls_.Record(OfficerOf(caller), request, edge_.clock.Now());
      });
}

grpc::ServerUnaryReactor* ReviewService::GetReplies(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* in,
                                                    grpc::ByteBuffer* out) {
  return Unary<v1::GetRepliesRequest>(
      edge_, Method::kGetReplies, context, in, out,
      [this](const registry::Identity& caller, v1::GetRepliesRequest& request) {
        return calls_.Replies(OfficerOf(caller), request, edge_.clock.Now());
      });
}

}  // namespace firstbell::server
