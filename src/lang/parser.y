/* The grammar of a model text, as in the appendix of docs/language.md, without conflicts (LALR(1)).

   Three rules are wider than the language, so that a common mistake gets its own message instead of "unexpected sign": comparisons and
   powers may chain here, and braces may mix `:` and `=`; grammar.cpp refuses these. After a mistake reading goes on at the next item
   or cell: the rules with `error`, with Grammar::next passing over the rest. */
%require "3.8"
%language "c++"
%skeleton "lalr1.cc"
%define api.namespace {warchest::lang}
%define api.parser.class {Parser}
%define api.value.type variant
%define api.token.constructor
%define api.token.prefix {TOKEN_}
%define api.token.raw
%define api.location.type {warchest::text::Span}
%define parse.error custom
%define parse.lac full
%define lr.default-reduction accepting
%locations
%expect 0
%param { warchest::lang::Grammar& grammar }

%code requires {
#include <utility>
#include <vector>

#include "lang/grammar.h"
#include "lang/lexer.h"
}

%code {
#define YYLLOC_DEFAULT(Current, Rhs, N)                                                            \
  do {                                                                                             \
    if (N) {                                                                                       \
      (Current) = text::joined(YYRHSLOC(Rhs, 1), YYRHSLOC(Rhs, N));                                \
    } else {                                                                                       \
      const text::Span before = YYRHSLOC(Rhs, 0);                                                  \
      (Current) = {before.source, before.end, before.end};                                         \
    }                                                                                              \
  } while (false)

namespace warchest::lang {
static Parser::symbol_type yylex(Grammar& grammar);
}
}

/* In the order of TokenKind. */
%token <TokenIndex> END 0
%token <TokenIndex> NAME TEXT QUANTITY DATE
%token <TokenIndex> TO LIKELY BETWEEN AND OR NOT OF AT IN BY FROM UNTIL THROUGH YES NO
%token <TokenIndex> LEFT_BRACE "{" RIGHT_BRACE "}" LEFT_PAREN "(" RIGHT_PAREN ")" LEFT_BRACKET "[" RIGHT_BRACKET "]"
%token <TokenIndex> SEPARATOR NEWLINE COMMA
%token <TokenIndex> ASSIGN "=" COLON ":" DOT "." AT_SIGN "@" AMPERSAND "&"
%token <TokenIndex> PLUS "+" MINUS "-" STAR "*" SLASH "/" CARET "^"
%token <TokenIndex> EQUAL "==" NOT_EQUAL "!=" LESS "<" LESS_EQUAL "<=" GREATER ">" GREATER_EQUAL ">="
%token <TokenIndex> BAD
%token WHOLE_FILE ONE_EXPRESSION

%nterm <std::vector<ItemId>> items list body entries entry_list
%nterm <ItemId> item block field pair entry
%nterm <std::vector<Word>> path cites
%nterm <ExprId> expr and not window compare sum product part power range signed timed postfix primary braces arg key
%nterm <std::vector<ExprId>> args arg_list
%nterm <std::pair<Operator, TokenIndex>> comparison

%%

start:
  WHOLE_FILE items                      { grammar.set_top($2); }
| ONE_EXPRESSION expr                   { grammar.set_root($2); }
| ONE_EXPRESSION error
;

/* ---- items ---- */

items:
  %empty                                { }
| list                                  { $$ = std::move($1); }
| list sep                              { $$ = std::move($1); }
;
list:
  item                                  { if ($1 != ItemId::none) $$.push_back($1); }
| list sep item                         { $$ = std::move($1); if ($3 != ItemId::none) $$.push_back($3); }
;
sep: SEPARATOR | NEWLINE ;

item:
  block
| field
| pair
| error                                 { $$ = ItemId::none; yyerrok; }
;

block:
  NAME body cites                       { $$ = grammar.block({.kind = $1, .body = $2, .span = text::joined(@1, @2), .cites = $3}); }
| NAME TEXT cites                       { $$ = grammar.block({.kind = $1, .label = $2, .span = text::joined(@1, @2), .cites = $3}); }
| NAME TEXT body cites                  { $$ = grammar.block({.kind = $1, .label = $2, .body = $3, .span = text::joined(@1, @3), .cites = $4}); }
| NAME NAME cites                       { $$ = grammar.block({.kind = $1, .name = $2, .span = text::joined(@1, @2), .cites = $3}); }
| NAME NAME TEXT cites                  { $$ = grammar.block({.kind = $1, .name = $2, .label = $3, .span = text::joined(@1, @3), .cites = $4}); }
| NAME NAME body cites                  { $$ = grammar.block({.kind = $1, .name = $2, .body = $3, .span = text::joined(@1, @3), .cites = $4}); }
| NAME NAME TEXT body cites             { $$ = grammar.block({.kind = $1, .name = $2, .label = $3, .body = $4, .span = text::joined(@1, @4), .cites = $5}); }
| NAME NAME "=" expr cites              { $$ = grammar.block({.kind = $1, .name = $2, .value = $4, .span = text::joined(@1, @4), .cites = $5}); }
| NAME NAME TEXT "=" expr cites         { $$ = grammar.block({.kind = $1, .name = $2, .label = $3, .value = $5, .span = text::joined(@1, @5), .cites = $6}); }
;
body: "{" items "}"                     { $$ = std::move($2); } ;

field: path "=" expr cites              { $$ = grammar.field($1, $3, $4); } ;
pair: path "&" path ":" expr cites      { $$ = grammar.pair($1, $3, $5, $6); } ;

path:
  NAME                                  { $$.push_back(grammar.word_at($1)); }
| path "." NAME                         { $$ = std::move($1); $$.push_back(grammar.word_at($3)); }
;
cites:
  %empty                                { }
| cites "@" NAME                        { $$ = std::move($1); $$.push_back(grammar.word_at($3)); }
;

/* ---- expressions, loosest first ---- */

expr:
  and
| expr OR and                           { $$ = grammar.binary($1, Operator::logical_or, $2, $3); }
;
and:
  not
| and AND not                           { $$ = grammar.binary($1, Operator::logical_and, $2, $3); }
;
not:
  window
| NOT not                               { $$ = grammar.unary(Operator::logical_not, $1, $2); }
;
window:
  compare
| compare BY sum                        { $$ = grammar.node(ExprKind::by, @$, @2, {$1, $3}); }
| compare THROUGH sum                   { $$ = grammar.node(ExprKind::through, @$, @2, {$1, $3}); }
| compare FROM sum                      { $$ = grammar.node(ExprKind::from, @$, @2, {$1, $3}); }
| compare FROM sum UNTIL sum            { $$ = grammar.node(ExprKind::from, @$, @2, {$1, $3, $5}); }
;
compare:
  sum
| compare comparison sum                { $$ = grammar.compare($1, $2.first, $2.second, $3); }
;
comparison:
  "=="                                  { $$ = {Operator::equal, $1}; }
| "!="                                  { $$ = {Operator::not_equal, $1}; }
| "<"                                   { $$ = {Operator::less, $1}; }
| "<="                                  { $$ = {Operator::less_equal, $1}; }
| ">"                                   { $$ = {Operator::greater, $1}; }
| ">="                                  { $$ = {Operator::greater_equal, $1}; }
;
sum:
  product
| sum "+" product                       { $$ = grammar.binary($1, Operator::add, $2, $3); }
| sum "-" product                       { $$ = grammar.binary($1, Operator::subtract, $2, $3); }
;
product:
  part
| product "*" part                      { $$ = grammar.binary($1, Operator::multiply, $2, $3); }
| product "/" part                      { $$ = grammar.binary($1, Operator::divide, $2, $3); }
;
part:
  power
| part OF power                         { $$ = grammar.node(ExprKind::of, @$, @2, {$1, $3}); }
;
power:
  range
| power "^" range                       { $$ = grammar.binary($1, Operator::power, $2, $3); }
;
range:
  signed
| signed TO signed                      { $$ = grammar.node(ExprKind::range, @$, @2, {$1, $3}); }
| signed TO signed LIKELY signed        { $$ = grammar.node(ExprKind::range, @$, @2, {$1, $3, $5}); }
| BETWEEN signed AND signed             { $$ = grammar.node(ExprKind::between, @$, @1, {$2, $4}); }
| BETWEEN signed AND signed LIKELY signed  { $$ = grammar.node(ExprKind::between, @$, @1, {$2, $4, $6}); }
;
signed:
  timed
| "-" timed                             { $$ = grammar.unary(Operator::negate, $1, $2); }
| "+" timed                             { $$ = grammar.unary(Operator::keep, $1, $2); }
;
timed:
  postfix
| timed AT postfix                      { $$ = grammar.node(ExprKind::at, @$, @2, {$1, $3}); }
| timed IN postfix                      { $$ = grammar.node(ExprKind::in, @$, @2, {$1, $3}); }
;
postfix:
  primary
| postfix "." NAME                      { $$ = grammar.member($1, $3); }
| postfix "(" args ")"                  { $$ = grammar.call($1, $3, @$); }
| postfix "[" expr "]"                  { $$ = grammar.node(ExprKind::index, @$, @2, {$1, $3}); }
;
primary:
  QUANTITY                              { $$ = grammar.literal($1); }
| DATE                                  { $$ = grammar.literal($1); }
| TEXT                                  { $$ = grammar.literal($1); }
| YES                                   { $$ = grammar.literal($1); }
| NO                                    { $$ = grammar.literal($1); }
| NAME                                  { $$ = grammar.word($1); }
| braces
| "(" expr ")"                          { $$ = grammar.node(ExprKind::paren, @$, @1, {$2}); }
| "[" args "]"                          { $$ = grammar.node(ExprKind::list, @$, @1, $2); }
;
args:
  %empty                                { }
| arg_list                              { $$ = std::move($1); }
| arg_list COMMA                        { $$ = std::move($1); }
;
arg_list:
  arg                                   { $$.push_back($1); }
| arg_list COMMA arg                    { $$ = std::move($1); $$.push_back($3); }
;
arg:
  expr
| expr ":" expr                         { $$ = grammar.node(ExprKind::pair, @$, @2, {$1, $3}); }
;

/* ---- tables and records ---- */

braces:
  "{" entries "}"                       { $$ = grammar.braces(kNoToken, $2, @$); }
| NAME "{" entries "}"                  { $$ = grammar.braces($1, $3, @$); }
;
entries:
  %empty                                { }
| entry_list                            { $$ = std::move($1); }
| entry_list sep                        { $$ = std::move($1); }
;
entry_list:
  entry                                 { if ($1 != ItemId::none) $$.push_back($1); }
| entry_list sep entry                  { $$ = std::move($1); if ($3 != ItemId::none) $$.push_back($3); }
;
entry:
  key ":" expr cites                    { $$ = grammar.cell($1, $3, $4); }
| field
| error                                 { $$ = ItemId::none; yyerrok; }
;
key:
  QUANTITY                              { $$ = grammar.literal($1); }
| DATE                                  { $$ = grammar.literal($1); }
| path                                  { $$ = grammar.path_expr($1); }
;

%%

namespace warchest::lang {

namespace {

// Symbols are numbered as TokenKind, but for two that the generator puts after the end.
constexpr int kReservedSymbols = 2;

TokenKind kind_of(Parser::symbol_kind_type symbol) {
  if (symbol == Parser::symbol_kind::S_YYEOF) return TokenKind::end;
  return static_cast<TokenKind>(static_cast<int>(symbol) - kReservedSymbols);
}

static_assert(Parser::token::TOKEN_NAME == static_cast<int>(TokenKind::name) + kReservedSymbols);
static_assert(Parser::token::TOKEN_LEFT_BRACE == static_cast<int>(TokenKind::left_brace) + kReservedSymbols);
static_assert(Parser::token::TOKEN_PLUS == static_cast<int>(TokenKind::plus) + kReservedSymbols);
static_assert(Parser::token::TOKEN_BAD == static_cast<int>(TokenKind::bad) + kReservedSymbols);

}  // namespace

static Parser::symbol_type yylex(Grammar& grammar) {
  const text::Span beginning = {grammar.span(0).source, 0, 0};
  switch (grammar.take_start()) {
    case Start::whole_file: return Parser::make_WHOLE_FILE(beginning);
    case Start::one_expression: return Parser::make_ONE_EXPRESSION(beginning);
    case Start::taken: break;
  }
  const TokenIndex index = grammar.next();
  const TokenKind kind = grammar.token(index).kind;
  const int symbol = kind == TokenKind::end ? 0 : static_cast<int>(kind) + kReservedSymbols;
  return Parser::symbol_type(symbol, index, grammar.span(index));
}

void Parser::report_syntax_error(const context& found) const {
  constexpr int kMostSymbols = 64;
  symbol_kind_type symbols[kMostSymbols];
  const int count = found.expected_tokens(symbols, kMostSymbols);
  Expected expected;
  for (int i = 0; i < count; ++i) expected.kinds.push_back(kind_of(symbols[i]));
  grammar.complain_syntax(found.lookahead().value.as<TokenIndex>(), expected);
}

// Only for memory that runs out: syntax errors go the way above.
void Parser::error(const location_type&, const std::string&) {}

Tree parse(const text::Source& source, text::Diagnostics& diagnostics) {
  Tokens tokens = lex(source, diagnostics);
  if (tokens.stopped) {
    Tree nothing;
    nothing.source = source.id;
    return nothing;
  }
  Grammar grammar(source, diagnostics, std::move(tokens), Start::whole_file);
  Parser(grammar).parse();
  return grammar.finish();
}

ParsedExpression parse_expression(const text::Source& source, text::Diagnostics& diagnostics) {
  Tokens tokens = lex(source, diagnostics);
  ParsedExpression result;
  result.tree.source = source.id;
  if (tokens.stopped) return result;
  Grammar grammar(source, diagnostics, std::move(tokens), Start::one_expression);
  Parser(grammar).parse();
  result.root = grammar.root();
  result.tree = grammar.finish();
  return result;
}

}  // namespace warchest::lang
